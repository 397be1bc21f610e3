import Glibc
import TuttiCore

extension SandboxCommand {
    /// Sees to it that it can be run in any sandbox.
    ///
    /// - Throws: ``SandboxError`` `sandbox_input`.
    func check() throws(SandboxError) {
        let words = [program, workspace] + arguments + readable + placed.keys + placed.values
        guard !(words + environment.keys + environment.values).contains(where: { $0.utf8.contains(0) })
        else {
            throw SandboxError(.input, "a word, path or variable of the command holds a NUL character; leave it out")
        }
        for name in environment.keys where name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
            throw SandboxError(.input, "'\(name)' is no name of a variable; take letters, digits and '_'")
        }
        for path in [workspace] + readable + placed.keys + placed.values where !path.hasPrefix("/") {
            throw SandboxError(.input, "'\(path)' is no absolute path; a sandbox is given folders by those")
        }
        var status = stat()
        guard unsafe stat(workspace, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SandboxError(.input, "there is no folder '\(workspace)' to work in; make it first")
        }
    }

    /// Its variables with those that every program gets.
    func variables(home: String) -> [String: String] {
        ["PATH": Self.path, "HOME": home, "LANG": "C.UTF-8"].merging(environment) { $1 }
    }

    /// That there is no such program.
    var isNotThere: SandboxError {
        SandboxError(
            .notFound,
            "there is no program '\(CleanText.line(program, bytesMax: 200))' in the sandbox; it has those of /usr, and "
                + "what is named as readable")
    }
}
