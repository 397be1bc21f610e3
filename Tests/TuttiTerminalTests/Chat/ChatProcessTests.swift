import FoundationEssentials
import Glibc
import Synchronization
import TestServer
import Testing
import TuttiCore

@testable import TuttiTerminal

/// `tutti chat` as people start it, killed and interrupted.
@Suite("The real tutti chat", .serialized) struct ChatProcessTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    private func run(in line: String?) throws -> String {
        try #require(line?.split(separator: ":").first.map { String($0) })
    }

    @Test func aCassetteAnswersWhatIsPiped() throws {
        let cassette = try desk.write(ChatCommandTests.calls, to: "calls.jsonl")
        let process = try ProgramProcess(desk, ["chat", "--model", "script/" + cassette], isTyped: true)
        process.type("hi")
        process.type("more")
        process.endInput()
        let (end, output, errors) = process.finish()
        #expect(end == .exited(0) && output == "hello there\ntwo\nlines\n", "\(errors)")
    }

    @Test func killedItGoesOnWithItsHistoryAndAsksForNothingAgain() throws {
        let cassette = try desk.write(ChatCommandTests.calls, to: "calls.jsonl")
        let killed = try ProgramProcess(
            desk, ["chat", "--model", "script/" + cassette], joinsOutput: true, isTyped: true)
        let run = try run(in: killed.nextLine())
        killed.type("hi")
        #expect(killed.nextLine() == "hello there")
        killed.signal(SIGKILL)
        #expect(killed.finish().end == .killed(signal: SIGKILL))
        // The first call is not held any more: asked again it would fail.
        let rest = ChatCommandTests.calls.split(separator: "\n").enumerated().filter { $0.offset != 1 }.map(\.element)
        _ = try desk.write(rest.joined(separator: "\n"), to: "calls.jsonl")
        let resumed = try ProgramProcess(desk, ["chat", "--resume", run], isTyped: true)
        resumed.type("more")
        resumed.endInput()
        let (end, output, errors) = resumed.finish()
        #expect(end == .exited(0) && output == "two\nlines\n", "\(errors)")
        #expect(errors.contains("> hi\nhello there\n"))
    }

    // MARK: Signals

    /// Answers the first call with one line and then nothing until its caller leaves, each other one at once.
    private final class Talker: Sendable {
        let hasLeft = Signal()
        let bodies = Mutex<[String]>([])

        func serve(_ connection: RawConnection) {
            while let head = connection.readHead() {
                let field = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                let body = connection.readBytes(Int(field?.split(separator: " ").last ?? "") ?? 0) ?? []
                let number = bodies.withLock { bodies in
                    bodies.append(String(decoding: body, as: UTF8.self))
                    return bodies.count
                }
                connection.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
                connection.send(#"data: {"choices":[{"index":0,"delta":{"content":"line \#(number)\n"}}]}"# + "\n\n")
                if number == 1 {
                    connection.waitForClose()
                    hasLeft.give()
                } else {
                    connection.send(
                        #"data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"# + "\n\ndata: [DONE]\n\n")
                }
                return connection.end()
            }
        }
    }

    private func start(_ talker: Talker) throws -> (server: RawServer, process: ProgramProcess) {
        let server = RawServer { talker.serve($0) }
        try FileManager.default.createDirectory(atPath: desk.home, withIntermediateDirectories: true)
        _ = try desk.write("providers:\n  mine:\n    url: \(server.url(""))\n", to: "home/tutti.yaml")
        let process = try ProgramProcess(desk, ["chat", "--model", "mine/a"], joinsOutput: true, isTyped: true)
        return (server, process)
    }

    @Test func ctrlCCutsTheAnswerAndTheConversationGoesOn() async throws {
        let talker = Talker()
        let (server, process) = try start(talker)
        defer { server.stop() }
        _ = process.nextLine()
        process.type("one")
        #expect(process.nextLine() == "line 1")
        process.signal(SIGINT)
        await talker.hasLeft.wait()  // the connection was closed, not left to run on
        #expect(process.nextLine() == "(cut)")
        process.type("two")
        #expect(process.nextLine() == "line 2")
        process.endInput()
        #expect(process.finish().end == .exited(0))
        let asked = talker.bodies.withLock { $0 }
        #expect(asked.count == 2 && asked[1].contains(#""content":"line 1\n""#), "\(asked)")
    }

    @Test func ctrlCAtThePromptParksIt() async throws {
        let talker = Talker()
        let (server, process) = try start(talker)
        defer { server.stop() }
        let run = try run(in: process.nextLine())
        process.type("one")
        #expect(process.nextLine() == "line 1")
        process.signal(SIGINT)
        #expect(process.nextLine() == "(cut)")
        process.signal(SIGINT)
        let (end, _, errors) = process.finish()
        #expect(end == .exited(130))
        #expect(errors == "The conversation is parked and nothing is lost. Go on with:\n  tutti chat --resume \(run)\n")
        let resumed = await desk.run("chat", "--resume", run, piping: "two\n")
        #expect(resumed.code == .reached && resumed.output == "line 2\n", "\(resumed.progress)")
        #expect(resumed.progress.contains("> one\nline 1\n(cut)\n"))
    }

    @Test func aSupervisorsSignalParksItAtOnce() async throws {
        let talker = Talker()
        let (server, process) = try start(talker)
        defer { server.stop() }
        let run = try run(in: process.nextLine())
        process.type("one")
        #expect(process.nextLine() == "line 1")
        process.signal(SIGTERM)
        let (end, _, errors) = process.finish()
        #expect(end == .exited(130) && errors.hasSuffix("  tutti chat --resume \(run)\n"))
        await talker.hasLeft.wait()
        // What was asked and not answered is asked again.
        let resumed = await desk.run("chat", "--resume", run, piping: "")
        #expect(resumed.code == .reached && resumed.output == "line 2\n", "\(resumed.progress)")
    }
}
