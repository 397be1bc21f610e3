import Glibc
import Testing
import TuttiCore

@testable import TuttiTerminal

/// Passwords at a real terminal.
@Suite("Typing what nobody may see", .serialized)
struct HiddenInputTests {
    static let add = ["users", "add", "ada", "--email", "ada@example.org"]
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func whatIsTypedIsNotShown() async throws {
        let process = try TerminalProcess(desk, Self.add)
        #expect(process.echoes)
        #expect(process.waits(for: "Password: ") && !process.echoes)
        process.type("correct horse battery\n")
        #expect(process.waits(for: "Password, again: ") && !process.echoes)
        process.type("correct horse batterz\u{7F}y\n")  // with a slip that is put right
        #expect(process.waits(for: "everybody has to log in."))
        #expect(process.finish() == .exited(0) && process.echoes)
        #expect(!process.shown.contains("horse"))
        #expect(try await desk.user("ada") != nil)
    }

    @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
    func aSignalEndsItWithTheTerminalAsItWas(number: Int32) async throws {
        let process = try TerminalProcess(desk, Self.add)
        #expect(process.waits(for: "Password: ") && !process.echoes)
        process.signal(number)
        #expect(process.finish() == .killed(signal: number) && process.echoes)
        #expect(try await desk.user("ada") == nil)
    }

    @Test func controlCEndsItAndOtherKeysOfItsKindAreTyped() async throws {
        let process = try TerminalProcess(desk, Self.add)
        #expect(process.waits(for: "Password: "))
        process.type("correct\u{1A}\u{1C}horse\u{3}")
        #expect(process.finish() == .killed(signal: SIGINT) && process.echoes)
    }

    @Test func theEndOfInputIsAnError() async throws {
        let process = try TerminalProcess(desk, ["secrets", "set", "openai"])
        #expect(process.waits(for: "Secret: "))
        process.type("\u{4}")
        #expect(process.waits(for: "the secret is missing"))
        #expect(process.finish() == .exited(2) && process.echoes)
    }

    @Test func aLongerLineThanATerminalTakesIsRefused() async throws {
        let process = try TerminalProcess(desk, ["secrets", "set", "openai"])
        #expect(process.waits(for: "Secret: "))
        process.type(String(repeating: "s", count: 5000) + "\n")
        #expect(process.waits(for: "longer than the 4094 bytes"))
        #expect(process.finish() == .exited(2) && process.echoes)
    }
}
