import FakeModels
import FoundationEssentials
import Testing
import TuttiCore
import TuttiRuntime

@Suite struct ProgramTests {
    @Test(arguments: [
        (["--nothing"], "unknown argument '--nothing'"), (["--port-file"], "--port-file needs a value"),
        (["--port", "70000"], "--port is a number from 0 to 65535, not '70000'"),
        (["--tokens", "x"], "--tokens is a number from 0 to 10000000, not 'x'"),
        (["--critic", "2"], "--critic is a number from 0 to 1, not '2'"),
    ])
    func saysWhatIsWrong(arguments: [String], message: String) {
        #expect(throws: ProgramArguments.UsageError(description: message)) { try ProgramArguments(arguments) }
    }

    @Test func takesItsArguments() throws {
        let arguments = try ProgramArguments([
            "--models", "a,b", "--key", "k", "--tokens", "3", "--pieces", "2", "--delay-ms", "5", "--cost", "9",
        ])
        #expect(arguments.options.models == ["a", "b"])
        #expect(arguments.options.key == "k")
        #expect(arguments.answer.parts == [.text(" 000 001 002")])
        #expect(arguments.answer.pieceSize == 8)
        #expect(arguments.answer.delay == .milliseconds(5))
        #expect(arguments.answer.microdollars == 9)
        #expect(arguments.invalidShare == nil)
    }
}
