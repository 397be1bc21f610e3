import FoundationEssentials
import Glibc
import Testing

@testable import TuttiRuntime

/// A shell with nothing in its environment but where to find programs.
func shell(_ script: String, _ arguments: [String] = []) -> Subprocess {
    Subprocess("/bin/sh", ["-c", script, "sh"] + arguments, environment: ["PATH": "/usr/bin:/bin"])
}

@Suite("A program")
struct SubprocessTests {
    @Test func endsWithItsCode() async throws {
        for code: Int32 in [0, 3, 255] {
            #expect(try await shell("exit \(code)").run().end == .exited(code))
        }
    }

    @Test func mayDieOfASignal() async throws {
        #expect(try await shell("kill -SEGV $$").run().end == .signalled(SIGSEGV))
        #expect(try await shell("kill -TERM $$").run().end == .signalled(SIGTERM))
    }

    @Test func writesToBothOutputs() async throws {
        let result = try await shell("echo out; echo err >&2").run()
        #expect(result.output.text == "out\n" && !result.output.isCut)
        #expect(result.errors.text == "err\n" && !result.errors.isCut)
    }

    @Test func isFoundInItsOwnPath() async throws {
        #expect(try await Subprocess("true", environment: ["PATH": "relative::/usr/bin:/bin"]).run().end == .exited(0))
        #expect(try await Subprocess("true").run().end == .exited(0))
        let error = await #expect(throws: SubprocessError.self) {
            try await Subprocess("true", environment: ["PATH": "/nowhere"]).run()
        }
        #expect(error?.message == "there is no program 'true' in PATH; install it, or write its path")
    }

    // MARK: What it is given

    @Test func hasNoOtherEnvironment() async throws {
        let environment = ["PATH": "/usr/bin:/bin", "A": "1=2", "B": "", "C": "déjà\n"]
        let result = try await Subprocess("env", ["-0"], environment: environment).run()
        #expect(result.output.text == "A=1=2\0B=\0C=déjà\n\0PATH=/usr/bin:/bin\0")
    }

    @Test func hasItsArgumentsAsTheyAre() async throws {
        let arguments = ["", "a b", "$HOME", "'\"\\", "*", "-n", "déjà"]
        let result = try await shell("printf '%s\\n' \"$@\"", arguments).run()
        #expect(result.output.text == arguments.map { $0 + "\n" }.joined())
    }

    @Test func worksInItsFolder() async throws {
        var program = shell("pwd")
        program.folder = "/usr/bin"
        #expect(try await program.run().output.text == "/usr/bin\n")
        program = Subprocess("./true", folder: "/usr/bin")
        #expect(try await program.run().end == .exited(0))
    }

    /// Descriptors that are not close-on-exec are those that somebody else in our process has opened.
    @Test func hasThreeDescriptors() async throws {
        let leaking = unsafe open("/dev/null", O_RDONLY)
        let high = fcntl(leaking, F_DUPFD, 700)
        defer {
            close(leaking)
            close(high)
        }
        // The fourth is the folder that ls reads.
        #expect(try await Subprocess("ls", ["/proc/self/fd"]).run().output.text == "0\n1\n2\n3\n")
    }

    @Test func hasNoSignalsOfOurs() async throws {
        let result = try await Subprocess("grep", ["-E", "^Sig(Blk|Ign)", "/proc/self/status"]).run()
        let masks = result.output.text.split(separator: "\n").compactMap { UInt64($0.suffix(16), radix: 16) }
        // The two above bit 30 belong to glibc, and no program can have them back.
        #expect(masks.map { $0 & 0xFFFF_FFFE_7FFF_FFFF } == [0, 0])
    }

    @Test func leadsASessionOfItsOwn() async throws {
        let result = try await shell("cut -d ' ' -f 5,6 /proc/$$/stat; echo $$").run()
        let numbers = result.output.text.split { $0 == " " || $0 == "\n" }
        #expect(Set(numbers) == ["\(result.process)"])
    }

    // MARK: Bytes

    @Test func bytesPassThroughAsTheyAre() async throws {
        var program = Subprocess("cat")
        program.input = (0..<5_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 7) }
        program.outputMax = 5_000_000
        let result = try await program.run()
        #expect(result.end == .exited(0))
        #expect(result.output.bytes == program.input)
        #expect(String(validating: result.output.bytes, as: UTF8.self) == nil)
    }

    @Test func mayLeaveItsInputUnread() async throws {
        var program = shell("exec 0<&-; echo done")
        program.input = [UInt8](repeating: 1, count: 10_000_000)
        #expect(try await program.run().output.text == "done\n")
        program = Subprocess("true")
        program.input = [UInt8](repeating: 1, count: 10_000_000)
        #expect(try await program.run().end == .exited(0))
        program = Subprocess("head", ["-c", "3"])
        program.input = [UInt8](repeating: 65, count: 10_000_000)
        #expect(try await program.run().output.text == "AAA")
    }

    @Test func aFloodIsCutAndTold() async throws {
        var program = shell("seq 1 400000; seq 1 400000 >&2")
        program.outputMax = 8
        program.errorsMax = 14
        let result = try await program.run()
        #expect(result.end == .exited(0))
        #expect(result.output.text == "1\n2\n3\n4\n" && result.output.isCut)
        #expect(result.errors.text == "399999\n400000\n" && result.errors.isCut)
        #expect(result.output.count == 2_688_895 && result.errors.count == 2_688_895)
    }

    @Test func aFloodWithoutEndEndsInTime() async throws {
        var program = Subprocess("yes")
        program.timeout = .milliseconds(200)
        program.outputMax = 1000
        let result = try await program.run()
        #expect(result.end == .timedOut)
        #expect(result.output.bytes.count == 1000 && result.output.isCut)
    }

    // MARK: What cannot be started

    private static func message(_ program: Subprocess) async -> String? {
        await #expect(throws: SubprocessError.self) { try await program.run() }?.message
    }

    private static func file(_ text: String, mode: Int) throws -> String {
        let url = FileManager.default.temporaryDirectory.appending(path: "tutti-program-\(UUID().uuidString)")
        try Data(text.utf8).write(to: url)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: url.path)
        return url.path
    }

    @Test func missingPrograms() async throws {
        #expect(await Self.message(Subprocess("/no/such")) == "there is no program '/no/such'; check the path")
        #expect(await Self.message(Subprocess("/bin/sh/x")) == "there is no program '/bin/sh/x'; check the path")
        #expect(
            await Self.message(Subprocess("")) == "there is no program '' in PATH; install it, or write its path")
        let orphan = try Self.file("#!/no/such\n", mode: 0o755)
        defer { unsafe unlink(orphan) }
        #expect(
            await Self.message(Subprocess(orphan))
                == "the first line of '\(orphan)' names an interpreter that is not there; install that")
    }

    @Test func filesThatAreNotToBeRun() async throws {
        let plain = try Self.file("#!/bin/sh\n", mode: 0o644)
        let text = try Self.file("some text", mode: 0o755)
        defer {
            unsafe unlink(plain)
            unsafe unlink(text)
        }
        #expect(await Self.message(Subprocess(plain)) == "'\(plain)' may not be run; make it executable: chmod +x")
        #expect(await Self.message(Subprocess("/usr")) == "'/usr' may not be run; make it executable: chmod +x")
        #expect(
            await Self.message(Subprocess(text))
                == "'\(text)' is no program; a script begins with a line such as '#!/bin/sh'")
        let folder = String(plain.prefix(upTo: plain.lastIndex(of: "/") ?? plain.endIndex))
        let name = String(plain.dropFirst(folder.count + 1))
        #expect(
            await Self.message(Subprocess(name, environment: ["PATH": folder]))
                == "'\(name)' may not be run; make it executable: chmod +x")
    }

    @Test func foldersArgumentsAndVariables() async {
        #expect(
            await Self.message(Subprocess("true", folder: "/no/such"))
                == "there is no folder '/no/such' to run 'true' in; check the path")
        #expect(
            await Self.message(Subprocess("true", ["a\0b"]))
                == "an argument or a variable of 'true' holds a NUL character; leave it out")
        #expect(
            await Self.message(Subprocess("true", environment: ["A=B": ""]))
                == "'A=B' is no name of a variable; take letters, digits and '_'")
        #expect(
            await Self.message(Subprocess("true", [String(repeating: "x", count: 1 << 20)]))
                == "the arguments of 'true' are longer than the system takes; hand data over as input")
    }

    @Test func onlySoManyRunAtOnce() {
        let places = Places(max: 2)
        #expect(places.take() && places.take() && !places.take())
        places.giveBack()
        #expect(places.take() && !places.take())
        #expect(SubprocessError.tooMany(2).isRetryable)
    }
}
