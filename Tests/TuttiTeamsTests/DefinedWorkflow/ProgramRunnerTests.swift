import FoundationEssentials
import Glibc
import Testing
import TuttiCore

@testable import TuttiTeams

@Suite("Commands as programs")
struct ProgramRunnerTests {
    private static let secret = "hunter2-and-more"

    /// Runs a line of shell.
    private func run(
        _ script: String, input: JSONValue = .null, environment: [String] = [], timeout: Duration = .seconds(60),
        variables: [String: String] = ["KEY": secret, "OTHER": "elsewhere"]
    ) async throws -> JSONValue {
        let call = CommandCall(
            program: "/bin/sh", arguments: ["-c", script], environment: environment, folder: "/", input: input,
            timeout: WrittenDuration(timeout))
        return try await ProgramRunner(environment: { variables }).run(call)
    }

    private func failure(
        _ script: String, environment: [String] = [], timeout: Duration = .seconds(60)
    ) async throws -> CommandError {
        let error = await #expect(throws: CommandError.self) {
            try await run(script, environment: environment, timeout: timeout)
        }
        return try #require(error)
    }

    // MARK: What goes in and out

    @Test func jsonGoesInAndOut() async throws {
        #expect(try await run("cat", input: ["input": ["a": 1], "steps": [:]]) == ["input": ["a": 1], "steps": [:]])
        #expect(try await run("echo '[1, \"two\"]'") == [1, "two"])
    }

    @Test func whoWritesNothingPutsOutNull() async throws {
        #expect(try await run("true") == .null)
        #expect(try await run("echo; echo note >&2") == .null)
    }

    @Test func onlyNamedVariablesAreHandedOver() async throws {
        let script = "echo \"\\\"${KEY-none} ${OTHER-none}\\\"\""
        #expect(try await run(script, environment: ["OTHER"], variables: ["KEY": "k", "OTHER": "o"]) == "none o")
        #expect(try await run("echo \"\\\"$HOME\\\"\"", variables: ["HOME": "/home/ada"]) == "/home/ada")
    }

    @Test func aVariableThatIsNotSetIsNamed() async throws {
        let error = try await failure("true", environment: ["MISSING"])
        #expect(error.code == "variable_missing" && !error.isRetryable)
        #expect(error.message == "'/bin/sh' needs the variable 'MISSING', which is not set; export it")
    }

    // MARK: Failure

    @Test func theCodeAndTheEndOfStandardErrorAreTold() async throws {
        let error = try await failure("echo out; echo 'first' >&2; echo 'it broke' >&2; exit 7")
        #expect(error.code == "command_failed" && error.isRetryable)
        #expect(error.message == "'/bin/sh' ended with 7: first\nit broke")
        #expect(error.data == ["exit_code": 7, "errors": "first\nit broke"])
        #expect(try await failure("exit 1").message == "'/bin/sh' ended with 1; it wrote nothing to standard error")
        #expect(try await failure("kill -9 $$").data?["signal"] == 9)
    }

    @Test func longErrorsAreCut() async throws {
        let error = try await failure("i=0; while [ $i -lt 4000 ]; do echo line$i >&2; i=$((i+1)); done; exit 1")
        #expect(error.message.hasSuffix("line3999"))
        #expect(error.message.utf8.count < ProgramRunner.errorsShownMax + 100)
    }

    @Test func whatIsNoJSONIsShown() async throws {
        let error = try await failure("echo all went well")
        #expect(error.code == "bad_output")
        #expect(error.message.hasPrefix("'/bin/sh' wrote no JSON to standard output but 'all went well"))
    }

    @Test func aFloodIsRefused() async throws {
        let error = try await failure("head -c 5000000 /dev/zero")
        #expect(error.code == "output_too_large" && !error.isRetryable)
        #expect(error.message.contains("wrote 5000000 bytes"))
    }

    @Test func whatHangsIsEndedWithAllThatItStarted() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/tutti-grandchild-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let script = "sleep 1000 & echo $! > '\(path)'; echo waiting >&2; wait"
        let error = try await failure(script, timeout: .milliseconds(500))
        #expect(error.code == "timeout" && error.message == "'/bin/sh' took longer than 500ms: waiting")
        let written = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
        let grandchild = try #require(Int32(written.filter(\.isNumber)))
        #expect(isGone(grandchild))
    }

    /// Whether a process has ended: it is not there any more, or only waits to be reaped by whoever inherited it.
    private func isGone(_ process: Int32) -> Bool {
        guard kill(process, 0) == 0 else { return true }
        let stat = (try? Data(contentsOf: URL(filePath: "/proc/\(process)/stat"))) ?? Data()
        return stat.isEmpty || String(decoding: stat, as: UTF8.self).contains(") Z")
    }

    @Test func aMissingProgramIsNamed() async throws {
        let call = CommandCall(
            program: "./no-such", arguments: [], environment: [], folder: "/", input: .null,
            timeout: WrittenDuration(.seconds(1)))
        do {
            _ = try await ProgramRunner().run(call)
            Issue.record("it was run")
        } catch let error as any CodedError {
            #expect(error.code == "program_not_found" && !error.isRetryable)
        }
    }

    // MARK: Secrets

    @Test func noErrorHoldsTheValueOfAVariable() async throws {
        let error = try await failure("echo \"with $KEY inside\" >&2; exit 1", environment: ["KEY"])
        #expect(error.message == "'/bin/sh' ended with 1: with [KEY] inside")
        let noJSON = try await failure("echo \"$KEY\"", environment: ["KEY"])
        #expect(noJSON.message.contains("but '[KEY]") && !noJSON.message.contains(Self.secret))
    }

    @Test(arguments: ["{\"a\": [\"is $KEY\"]}", "{\"$KEY\": 1}", "\"$KEY\""])
    func noOutputHoldsIt(output: String) async throws {
        let escaped = output.replacing("\"", with: "\\\"")
        let error = try await failure("echo \"\(escaped)\"", environment: ["KEY"])
        #expect(error.code == "secret_in_output" && !error.isRetryable)
        #expect(error.message.contains("'KEY'") && !"\(error)".contains(Self.secret))
    }

    @Test func aSecretOfSeveralLinesIsHiddenLineByLine() {
        let secrets = CommandSecrets(["KEY": "-----BEGIN-----\nabcdefghij\n", "SHORT": "1"])
        #expect(secrets.hidden(in: "x abcdefghij 1") == "x [KEY] 1")
        #expect(secrets.find(in: ["a": ["-----BEGIN-----"]]) == "KEY")
        #expect(secrets.find(in: ["a": 1]) == nil)
    }
}
