import FoundationEssentials
import Glibc
import KillLoop
import Testing

struct ChildProcessTests {
    private let output = FileManager.default.temporaryDirectory.path + "/child-\(UInt64.random(in: 0 ... .max))"

    private func removeOutput() {
        for suffix in ["", ".err"] { try? FileManager.default.removeItem(atPath: output + suffix) }
    }

    @Test func aMissingProgramIsAnError() {
        defer { removeOutput() }
        #expect(throws: ChildProcess.SpawnError.self) { try ChildProcess("/no/such/program", [], output: output) }
    }

    @Test func tellsExitCodesAndOutput() throws {
        defer { removeOutput() }
        let child = try ChildProcess("/bin/sh", ["-c", "echo one; exit 3"], output: output)
        #expect(child.wait(limit: .seconds(60)) == .exited(3))
        #expect(FileManager.default.contents(atPath: output) == Data("one\n".utf8))
    }

    @Test func hasMoreVariablesThanWe() throws {
        defer { removeOutput() }
        let words = ["-c", "echo $TUTTI_CHILD; echo ${PATH:+inherited}"]
        let child = try ChildProcess("/bin/sh", words, environment: ["TUTTI_CHILD": "a b"], output: output)
        #expect(child.wait(limit: .seconds(60)) == .exited(0))
        #expect(FileManager.default.contents(atPath: output) == Data("a b\ninherited\n".utf8))
    }

    @Test func killsAProgramThatIsStopped() throws {
        defer { removeOutput() }
        let child = try ChildProcess("/bin/sh", ["-c", "while :; do :; done"], output: output)
        child.signal(SIGSTOP)
        #expect(child.kill() == .killed(signal: SIGKILL))
        #expect(child.poll() == .killed(signal: SIGKILL))
    }

    @Test func patienceHasALimit() throws {
        defer { removeOutput() }
        let child = try ChildProcess("/bin/sh", ["-c", "while :; do :; done"], output: output)
        #expect(child.wait(limit: .milliseconds(20)) == nil)
        #expect(child.poll() == .killed(signal: SIGKILL))
    }
}
