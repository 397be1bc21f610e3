import Glibc

/// Finds the file of a program as a shell would.
enum ProgramPath {
    /// Where to look when the environment has no `PATH`.
    private static let usual = "/usr/local/bin:/usr/bin:/bin"

    /// The path to start; folders of `PATH` that are no absolute paths are passed over.
    static func find(_ program: String, environment: [String: String]) throws(SubprocessError) -> String {
        if program.utf8.contains(UInt8(ascii: "/")) { return program }
        var isThere = false
        for folder in (environment["PATH"] ?? usual).split(separator: ":") where folder.first == "/" {
            let path = "\(folder)/\(program)"
            guard isFile(path) else { continue }
            if unsafe access(path, X_OK) == 0 { return path }
            isThere = true
        }
        if isThere { throw notExecutable(program) }
        throw SubprocessError(.notFound, "there is no program '\(program)' in PATH; install it, or write its path")
    }

    /// What it means that a program could not be started.
    static func explain(
        _ number: Int32, starting program: String, at path: String, in folder: String?
    ) -> SubprocessError {
        if let folder, unsafe access(folder, X_OK) != 0 || !isFolder(folder) {
            return SubprocessError(.folder, "there is no folder '\(folder)' to run '\(program)' in; check the path")
        }
        let full = path.hasPrefix("/") ? path : (folder ?? ".") + "/" + path
        switch number {
        case ENOENT where isFile(full):
            return SubprocessError(
                .notFound, "the first line of '\(program)' names an interpreter that is not there; install that")
        case ENOENT, ENOTDIR: return SubprocessError(.notFound, "there is no program '\(program)'; check the path")
        case EACCES, EPERM: return notExecutable(program)
        case ENOEXEC:
            return SubprocessError(
                .notExecutable, "'\(program)' is no program; a script begins with a line such as '#!/bin/sh'")
        case E2BIG:
            return SubprocessError(
                .argument, "the arguments of '\(program)' are longer than the system takes; hand data over as input")
        default: return .system("'\(program)' could not be started", number)
        }
    }

    private static func notExecutable(_ program: String) -> SubprocessError {
        SubprocessError(.notExecutable, "'\(program)' may not be run; make it executable: chmod +x")
    }

    private static func isFile(_ path: String) -> Bool { mode(path) == S_IFREG }

    private static func isFolder(_ path: String) -> Bool { mode(path) == S_IFDIR }

    private static func mode(_ path: String) -> mode_t? {
        var status = stat()
        return unsafe stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }
}
