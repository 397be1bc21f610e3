import FoundationEssentials
import Glibc
import TestServer
import Testing
import TuttiCore
import TuttiRuntime
import TuttiTeams

@testable import TuttiTerminal

/// `tutti chat`, in this process
@Suite("tutti chat") struct ChatCommandTests {
    let desk: Desk
    let cassette: String

    init() throws {
        desk = try Desk()
        cassette = try desk.write(Self.calls, to: "calls.jsonl")
    }

    private var model: String { "script/" + cassette }

    /// A conversation in two exchanges, and one by another model that goes on with the first of them.
    static let calls = """
        {"format": "tutti-cassette", "version": 1}
        {"request": {"model": "m", "messages": [{"role": "user", "content": [{"text": "hi"}]}]}, \
        "answer": {"content": [{"text": "hello \\u001b[31mthere"}], "usage": {"uncachedInput": 3, "output": 2}}}
        {"request": {"model": "m", "messages": [{"role": "user", "content": [{"text": "hi"}]}, \
        {"role": "assistant", "content": [{"text": "hello \\u001b[31mthere"}]}, \
        {"role": "user", "content": [{"text": "more"}]}]}, \
        "answer": {"content": [{"text": "two\\nlines\\n"}], "usage": {"uncachedInput": 9, "output": 4}}}

        """

    private func run(in answer: Desk.Answer) throws -> String {
        try #require(answer.progress.split(separator: ":").first.map { String($0) })
    }

    // MARK: What cannot be begun

    @Test func withoutAModelTheWaysToOneAreNamed() async throws {
        let answer = await desk.run("chat", piping: "hi\n")
        #expect(answer.code == .usage && answer.output == "")
        #expect(
            answer.progress.hasPrefix(
                "tutti: no model is named: give one with --model PROVIDER/NAME, or set TUTTI_MODEL or models.default\n"
                    + "No provider is set up"))
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    @Test func modelsThatAreThereAreOffered() async throws {
        let server = RawServer { connection in
            while let head = connection.readHead() {
                let body = head.hasPrefix("GET /v1/models") ? #"{"data":[{"id":"small"}]}"# : ""
                connection.send(
                    "HTTP/1.1 \(body.isEmpty ? 404 : 200) Said\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)")
            }
        }
        defer { server.stop() }
        let answer = await desk.run(
            "chat", setting: ["TUTTI_PROVIDERS_MINE_URL": server.url("")], piping: "hi\n")
        #expect(answer.code == .usage)
        #expect(answer.progress.hasSuffix("There is: --model mine/small (`tutti models ls` lists all).\n"))
    }

    @Test(arguments: [
        (["--model", "gpt-9"], "'gpt-9' names no provider"), (["--model", "openai/x"], "OpenAI needs a key"),
        (["--model", "script/none"], "the cassette 'none' is not there"),
        (["--context-tokens", "10"], "--context-tokens '10'"), (["--budget", "much"], "--budget 'much' does not fit"),
        (["--budget", "+2"], "leave out the +"), (["--resume", "no!"], "'no!' is no beginning of a run's identifier"),
        (["--resume", "1", "--system", "x"], "--system and --resume contradict"),
        (["--system", "@none.md"], "none.md"),
    ])
    func usage(_ words: [String], _ message: String) async throws {
        let answer = await desk.run(["chat"] + words, setting: ["TUTTI_MODEL": model])
        #expect(answer.code == .usage && answer.output == "", "\(answer.progress)")
        #expect(answer.progress.contains(message), "\(answer.progress)")
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    @Test func whatCannotBeResumed() async throws {
        let unknown = await desk.run("chat", "--resume", "0")
        #expect(unknown.code == .failed && unknown.progress.contains("there is no run '0'"))
        let oven = try await Oven.bake(180, in: desk)
        let other = await desk.run("chat", "--resume", oven.text)
        #expect(other.code == .failed && other.progress.contains("is no conversation but a run of 'oven'"))
        let talk = try run(in: await desk.run("chat", "--model", model, piping: "hi\n"))
        let ended = await desk.run("chat", "--resume", talk, piping: "more\n")
        #expect(ended.code == .failed && ended.output == "")
        #expect(ended.progress.contains("\(talk) has ended (completed), so nothing more can be said in it"))
    }

    // MARK: Talking

    @Test func eachLineOfAPipeIsAMessage() async throws {
        let answer = await desk.run("chat", "--model", model, piping: "hi\n\n  \r\nmore")
        #expect(answer.code == .reached, "\(answer.progress)")
        #expect(answer.output == "hello there\ntwo\nlines\n")
        let run = try run(in: answer)
        #expect(
            answer.progress == """
                \(run): a conversation with \(model)
                ● done  2 exchanges, 18 tokens  `tutti runs show \(run)`

                """)
        #expect(await desk.run("runs", "ls").output.contains("chat"))
        #expect(await desk.run("runs", "replay", run).code == .reached)
    }

    @Test func nothingToSayIsAConversationWithoutExchanges() async throws {
        let answer = await desk.run("chat", setting: ["TUTTI_MODEL": model], piping: "")
        #expect(answer.code == .reached && answer.output == "")
        #expect(answer.progress.contains("● done  0 exchanges, 0 tokens"))
    }

    @Test func aTerminalIsPrompted() async throws {
        let answer = await desk.run("chat", "--model", model, saying: "hi\n")
        #expect(answer.code == .reached && answer.output == "hello there\n")
        let lines = answer.progress.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0].hasSuffix("; Ctrl-C cuts an answer or leaves, Ctrl-D ends"))
        #expect(lines[1] == "> > ", "the terminal itself ends the line that is typed")
        #expect(lines[2].hasPrefix("● done  1 exchange, 5 tokens"))
    }

    @Test func jsonIsALineForEachExchangeAndTheEnd() async throws {
        let answer = await desk.run("chat", "--model", model, "--json", piping: "hi\n")
        #expect(answer.code == .reached)
        let lines = try answer.output.split(separator: "\n").map {
            try CanonicalJSON.decode(JSONValue.self, from: Data($0.utf8))
        }
        let run = try run(in: answer)
        #expect(
            lines == [
                [
                    "run": .string(run), "exchange": 1, "model": .string(model), "question": "hi",
                    "answer": "hello \u{1B}[31mthere", "finish": "stop", "left_out": 0, "input_tokens": 3,
                    "output_tokens": 2, "cost_microdollars": .null, "error": .null,
                ],
                [
                    "run": .string(run), "state": "completed", "exchanges": 1, "input_tokens": 3, "output_tokens": 2,
                    "cost_microdollars": .null,
                ],
            ])
    }

    @Test func theSystemTextMayStandInAFile() async throws {
        let server = RawServer { connection in
            while let head = connection.readHead() {
                let field = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix("content-length:") }
                let body = connection.readBytes(Int(field?.split(separator: " ").last ?? "") ?? 0) ?? []
                let isTold = String(decoding: body, as: UTF8.self).contains("be kind")
                let answer = #"{"choices":[{"message":{"content":"\#(isTold)"},"finish_reason":"stop"}]}"#
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(answer.utf8.count)\r\n\r\n\(answer)")
            }
        }
        defer { server.stop() }
        let set = ["TUTTI_PROVIDERS_MINE_URL": server.url(""), "TUTTI_MODEL": "mine/a"]
        let file = try desk.write("be kind", to: "system.md")
        #expect(await desk.run("chat", "--system", "@" + file, setting: set, piping: "hi\n").output == "true\n")
        #expect(await desk.run("chat", "--system", "be kind", setting: set, piping: "hi\n").output == "true\n")
        #expect(await desk.run("chat", setting: set, piping: "hi\n").output == "false\n")
        let large = try desk.write(String(repeating: "a", count: 262_145), to: "large.md")
        let refused = await desk.run("chat", "--system", "@" + large, setting: set, piping: "hi\n")
        #expect(refused.code == .usage && refused.progress.contains("system has 262145 bytes, the limit is 262144"))
    }

    // MARK: Errors

    @Test func whereNobodySitsAnErrorParksTheConversationAndItGoesOn() async throws {
        let answer = await desk.run("chat", "--model", model, piping: "hi\nwhat?\nmore\n")
        #expect(answer.code == .failed && answer.output == "hello there\n")
        let run = try run(in: answer)
        #expect(answer.progress.contains("tutti: \(model): the cassette holds no answer to this call of m ('what?')"))
        #expect(
            answer.progress.hasSuffix(
                "The conversation is parked and nothing is lost. Go on with:\n  tutti chat --resume \(run)\n"))
        let resumed = await desk.run("chat", "--resume", run, piping: "more\n")
        #expect(resumed.code == .reached && resumed.output == "two\nlines\n", "\(resumed.progress)")
        #expect(resumed.progress.contains("> hi\nhello there\n> what?\n(no answer: the cassette holds no answer"))
        #expect(resumed.progress.contains("● done  3 exchanges"))
    }

    @Test func atATerminalTheConversationGoesOn() async throws {
        let answer = await desk.run("chat", "--model", model, saying: "hi\nwhat?\nmore\n")
        #expect(answer.code == .reached && answer.output == "hello there\ntwo\nlines\n")
        #expect(answer.progress.contains("the cassette holds no answer to this call of m ('what?')"))
    }

    @Test func aProviderThatIsDownIsToldInPlainWords() async throws {
        let answer = await desk.run(
            "chat", "--model", "mine/small", setting: ["TUTTI_PROVIDERS_MINE_URL": "http://127.0.0.1:1"],
            saying: "hi\n")
        #expect(answer.code == .reached && answer.output == "")
        #expect(answer.progress.contains("tutti: mine/small: mine: no connection to 127.0.0.1:1"))
    }

    @Test func aLineThatIsTooLongIsRefused() async throws {
        let lines = try ChatLinesTests.lines(of: [
            Array(repeating: UInt8(ascii: "a"), count: 300_000), Array("\nhi\n".utf8),
        ])
        #expect(lines == [.tooLong, .line("hi"), .end])
    }

    // MARK: Going on

    @Test func anotherModelGoesOnWithAConversation() async throws {
        let talk = try run(in: await desk.run("chat", "--model", model, piping: "hi\nwhat?\n"))
        let other = try desk.write(
            Self.calls.replacing(#""two\nlines\n""#, with: #""from another""#), to: "other.jsonl")
        let answer = await desk.run("chat", "--resume", talk, "--model", "script/" + other, piping: "more\n")
        #expect(answer.code == .reached && answer.output == "from another\n", "\(answer.progress)")
    }

    @Test func aModelThatIsGoneIsSaidBeforeTheConversationIsTakenUp() async throws {
        let talk = try run(in: await desk.run("chat", "--model", model, piping: "hi\nwhat?\n"))
        try FileManager.default.removeItem(atPath: cassette)
        let answer = await desk.run("chat", "--resume", talk, piping: "more\n")
        #expect(answer.code == .usage && answer.progress.contains("is not there"))
        #expect(await desk.run("runs", "show", talk).output.hasPrefix("◇ waiting"))
    }

    @Test func runsResumeGoesOnAsWell() async throws {
        let talk = try run(in: await desk.run("chat", "--model", model, piping: "hi\nwhat?\n"))
        let answer = await desk.run("runs", "resume", talk, piping: "more\n")
        #expect(answer.code == .reached && answer.output == "two\nlines\n")
    }

    @Test func aConversationStopsAtItsBudgetAndGoesOnWithMore() async throws {
        let answer = await desk.run("chat", "--model", model, "--budget", "steps=1", piping: "hi\nmore\n")
        #expect(answer.code == .overBudget && answer.output == "hello there\n", "\(answer.progress)")
        let run = try run(in: answer)
        #expect(answer.progress.contains("Raise the budget and go on with:\n  tutti chat --resume \(run) --budget "))
        let more = await desk.run("chat", "--resume", run, "--budget", "steps=+5")
        #expect(more.code == .reached && more.output == "two\nlines\n", "\(more.progress)")
    }
}

@Suite("Lines of a conversation") struct ChatLinesTests {
    /// What is read of these bytes, each part written at once.
    static func lines(of parts: [[UInt8]]) throws -> [ChatLines.Next] {
        let pipe = try TestPipe()
        defer { close(pipe.reading) }
        PosixThread.start(name: "test-typing") {
            for part in parts { _ = unsafe write(pipe.writing, part, part.count) }
            close(pipe.writing)
        }
        let lines = ChatLines(CommandInput(descriptor: pipe.reading, isTerminal: false))
        var found: [ChatLines.Next] = []
        while found.last != .end { found.append(lines.next()) }
        return found
    }

    @Test func linesEndAsTheyDo() throws {
        #expect(
            try Self.lines(of: [Array("a\r\nb\n\nc".utf8)]) == [.line("a"), .line("b"), .line(""), .line("c"), .end])
        #expect(try Self.lines(of: [Array("a".utf8), Array("b\nc".utf8)]) == [.line("ab"), .line("c"), .end])
        #expect(try Self.lines(of: [[0x61, 0xFF, 0x0A]]) == [.line("a\u{FFFD}"), .end])
        #expect(try Self.lines(of: []) == [.end])
    }

    @Test func theLimitIsWhatMayBeSaid() throws {
        let most = Array(repeating: UInt8(ascii: "a"), count: ChatLimits.textMax)
        #expect(try Self.lines(of: [most]) == [.line(String(decoding: most, as: UTF8.self)), .end])
        #expect(try Self.lines(of: [most + most, Array("a\nb\n".utf8)]) == [.tooLong, .line("b"), .end])
        #expect(try Self.lines(of: [most + most]) == [.tooLong, .end])
    }
}
