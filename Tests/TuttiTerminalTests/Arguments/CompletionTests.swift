import Glibc
import Testing
import TuttiTerminal

@Suite("Completions")
struct CompletionTests {
    static func script(_ shell: Shell) -> String { CompletionScript(table: .release).text(for: shell) }

    @Test(arguments: Shell.allCases) func everyFlagAndCommandIsOffered(shell: Shell) {
        let script = Self.script(shell)
        for command in CommandTable.release.commands {
            #expect(script.contains(command.path[command.path.count - 1]))
            for flag in command.flags { #expect(script.contains(flag.name)) }
        }
    }

    static func check(_ shell: Shell) throws {
        let result = try ShellCommand.run("\(shell.rawValue) -n", input: script(shell))
        #expect(result == .init(status: 0, output: ""))
    }

    @Test func bashAcceptsTheScript() throws { try Self.check(.bash) }

    @Test(.enabled(if: ShellCommand.isInstalled("zsh"), "zsh is not installed"))
    func zshAcceptsTheScript() throws { try Self.check(.zsh) }

    @Test(.enabled(if: ShellCommand.isInstalled("fish"), "fish is not installed"))
    func fishAcceptsTheScript() throws { try Self.check(.fish) }

    /// What bash would offer for a line that ends in the word under the cursor.
    static func bash(_ words: String...) throws -> [String] {
        let quoted = words.map { "'\($0)'" }.joined(separator: " ")
        let input =
            script(.bash) + "\nCOMP_WORDS=(tutti \(quoted)); COMP_CWORD=\(words.count); _tutti\n"
            + "printf '%s\\n' \"${COMPREPLY[@]}\"\n"
        let result = try ShellCommand.run("bash --norc --noprofile", input: input)
        return result.output.split(separator: "\n").map(String.init)
    }

    @Test func bashOffersCommandsFlagsAndValues() throws {
        #expect(try Self.bash("ru") == ["run", "rules", "runs"])
        #expect(try Self.bash("runs", "res") == ["resume", "resolve"])
        #expect(try Self.bash("--home", "x", "runs", "sh") == ["show"])
        #expect(try Self.bash("roundtable", "--ma") == ["--max-iterations"])
        #expect(try Self.bash("roundtable", "--fail-on", "") == ["critical", "high", "medium", "low", "never"])
        #expect(try Self.bash("roundtable", "--fail-on", "=", "cr") == ["critical"])
        #expect(try Self.bash("completions", "") == ["bash", "zsh", "fish"])
        #expect(try Self.bash("bench", "crash", "--phase", "") == ["start", "resume"])
    }

    @Test(.enabled(if: ShellCommand.isInstalled("fish"), "fish is not installed"))
    func fishOffersCommandsFlagsAndValues() throws {
        /// In a folder whose files look like values.
        func fish(_ line: String) throws -> [String] {
            let input = """
                \(Self.script(.fish))
                cd (mktemp -d); and touch critical.md running.md 3.md
                complete -C '\(line)'
                rm -r $PWD
                """
            let lines = try ShellCommand.run("fish --no-config", input: input).output.split(separator: "\n")
            return lines.map { String($0.prefix { $0 != "\t" }) }.sorted()
        }
        #expect(try fish("tutti ru") == ["rules", "run", "runs"])
        #expect(try fish("tutti runs res") == ["resolve", "resume"])
        #expect(try fish("tutti roundtable --fail-on c") == ["critical"])
        #expect(try fish("tutti roundtable --max") == ["--max-iterations"])
        #expect(try fish("tutti runs ls --state ru") == ["running"])
        #expect(try fish("tutti roundtable --max-iterations 3") == [])
        #expect(try fish("tutti roundtable cr") == ["critical.md"])
        #expect(try fish("tutti runs show cr") == [])
        #expect(try fish("tutti roundtable -o cr") == ["critical.md"])
    }
}

/// A program of the system, fed by a file.
struct ShellCommand: Equatable {
    var status: Int32
    var output: String

    struct NotStarted: Error {}

    static func isInstalled(_ name: String) -> Bool {
        (try? run("command -v \(name)", input: "").status) == 0
    }

    /// Standard output and error together.
    static func run(_ command: String, input: String) throws -> ShellCommand {
        var path = Array("/tmp/tutti-test-XXXXXX".utf8CString)
        let descriptor = unsafe mkstemp(&path)
        guard descriptor >= 0, let file = unsafe fdopen(descriptor, "w") else { throw NotStarted() }
        let name = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unsafe unlink(name) }
        unsafe fputs(input, file)
        unsafe fclose(file)
        guard let pipe = unsafe popen("\(command) < \(name) 2>&1", "r") else { throw NotStarted() }
        var bytes: [UInt8] = []
        while case let byte = unsafe fgetc(pipe), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
        return ShellCommand(status: unsafe pclose(pipe), output: String(decoding: bytes, as: UTF8.self))
    }
}
