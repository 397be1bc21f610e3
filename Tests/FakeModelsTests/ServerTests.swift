import FakeModels
import FoundationEssentials
import Testing
import TuttiCore

@Suite struct ServerTests {
    // MARK: Bad input

    @Test(arguments: [
        ("hello\r\n\r\n", 400), ("POST /v1/chat/completions HTTP/1.1\r\nno colon\r\n\r\n", 400),
        ("POST /v1/chat/completions HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 411),
        ("POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", 413),
        ("POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{]", 400),
        ("POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 2\r\n\r\n{}", 400),
        ("POST /v1/other HTTP/1.1\r\nContent-Length: 0\r\n\r\n", 404), ("GET /other HTTP/1.1\r\n\r\n", 404),
        ("GET / HTTP/1.1\r\nX: \(String(repeating: "x", count: 70_000))", 413),
    ])
    func refusesWhatItCannotRead(bytes: String, status: Int) throws {
        let models = try FakeModels(.always(.text("a")))
        let socket = try models.connect()
        socket.send(bytes)
        let answer = RawResponse(socket)
        #expect(answer.status == status)
        #expect(answer.json.at("error", "message").stringValue != nil)
        #expect(models.counters.requests == 0)
    }

    @Test func saysThatAPortIsTaken() throws {
        let models = try FakeModels(.always(.empty))
        var options = FakeModels.Options()
        options.port = models.port
        #expect(throws: FakeModelsError.self) { try FakeModels(.always(.empty), options) }
    }

    @Test func saysThatALedgerCannotBeWritten() {
        var options = FakeModels.Options()
        options.ledger = "/nowhere/at/all"
        #expect(throws: FakeModelsError.self) { try FakeModels(.always(.empty), options) }
    }

    // MARK: Connections

    @Test func keepsAConnectionForMoreCalls() throws {
        let models = try FakeModels(Script { .text("number \($0.number)") })
        let socket = try models.connect()
        socket.send(Question().bytes + Question().bytes)  // the second before the first is answered
        socket.send(Question.streamed().bytes)
        #expect(RawResponse(socket).json.at("choices", 0, "message", "content") == "number 1")
        #expect(RawResponse(socket).json.at("choices", 0, "message", "content") == "number 2")
        #expect(RawResponse(socket).data.last == "[DONE]")
        #expect(models.counters.accepted == 1)
    }

    @Test func closesAConnectionWhenAsked() throws {
        let models = try FakeModels(.always(.text("a")))
        let socket = try models.connect()
        socket.send(Question(headers: ["Connection": "close"]).bytes)
        #expect(RawResponse(socket).status == 200)
        #expect(socket.readSome() == nil)
    }

    @Test func takesRequestsByteByByte() throws {
        let models = try FakeModels(Script { .text($0.prompt) })
        let socket = try models.connect()
        for byte in Question(text: "größer").bytes.utf8 { socket.send([byte]) }
        #expect(RawResponse(socket).json.at("choices", 0, "message", "content") == "größer")
    }

    @Test func asksForABodyThatWaits() throws {
        let models = try FakeModels(.always(.text("a")))
        let socket = try models.connect()
        let question = Question(headers: ["Expect": "100-continue"]).bytes
        let end = try #require(question.firstRange(of: "\r\n\r\n")).upperBound
        socket.send(String(question[..<end]))
        #expect(socket.readLine() == "HTTP/1.1 100 Continue")
        #expect(socket.readLine() == "")
        socket.send(String(question[end...]))
        #expect(RawResponse(socket).status == 200)
    }

    @Test func holdsTwoThousandConnectionsAtOnce() async throws {
        let gate = Gate()
        let models = try FakeModels(Script { Answer.text("number \($0.number)").behind(gate) })
        let sockets = try (0..<2000).map { _ in try models.connect() }
        for (index, socket) in sockets.enumerated() {
            socket.send(Question(isStreamed: index.isMultiple(of: 2), token: "\(index)").bytes)
        }
        let all = await models.until { $0.atGates == 2000 }
        #expect(all.inFlight == 2000)
        #expect(all.connectionsMax == 2000)
        gate.openForGood()
        #expect(sockets.allSatisfy { RawResponse($0).status == 200 })
        let end = await models.until { $0.complete == 2000 }
        #expect(end.inFlight == 0)
        #expect(end.inFlightMax == 2000)
        #expect(end.tokens.count == 2000)
        #expect(end.atGates == 0)
    }

    @Test func refusesConnectionsWhenItIsStopped() async throws {
        let models = try FakeModels(.always(.text("a").behind(Gate())))
        let socket = try models.connect()
        socket.send(Question().bytes)
        await models.until { $0.atGates == 1 }
        models.stop()
        #expect(RawResponse(socket).end != .whole)
        #expect(PlainSocket(port: models.port) == nil)
        #expect(models.counters.connections == 0)
    }

    @Test func answersLater() throws {
        let models = try FakeModels(.always(.text("a").after(.milliseconds(50))))
        let clock = ContinuousClock()
        let time = try clock.measure { _ = try models.ask() }
        #expect(time >= .milliseconds(50))
    }

    // MARK: Counters

    @Test func countsByToken() async throws {
        let usage = TokenUsage(uncached: 10, output: 4, microdollars: 7)
        let script = Script { call in
            let answer = Answer.text("abcdefgh").inPieces(of: 2).using(usage)
            return switch call.prompt {
            case "cut": answer.with(.cut(.closed, afterPieces: 2))
            case "fail": .failure(.serverError)
            default: answer
            }
        }
        let models = try FakeModels(script)
        for text in ["fail", "cut", "whole", "whole"] {
            _ = try models.ask(Question(text: text, isStreamed: true, token: "t"))
        }
        _ = try models.ask(Question(token: "other"))
        let counters = models.counters
        let half = TokenUsage(uncached: 30, output: 10, microdollars: 21)
        #expect(counters.tokens["t"]?.received == 4)
        #expect(counters.tokens["t"]?.complete == 2)
        #expect(counters.tokens["t"]?.cut == 1)
        #expect(counters.tokens["t"]?.billed == half)
        #expect(counters.tokens["other"]?.billed == usage)
        #expect([counters.requests, counters.complete, counters.cut, counters.refused] == [5, 3, 1, 1])
    }

    @Test func tellsTheScriptHowOftenATokenHasCome() throws {
        let models = try FakeModels(Script { $0.attempt == 1 ? .failure(.unavailable) : .text("now") })
        #expect(try models.ask(Question(token: "t")).status == 503)
        #expect(try models.ask(Question(token: "t")).status == 200)
        #expect(try models.ask(Question(token: "u")).status == 503)
    }

    @Test func countsClientsThatLeave() async throws {
        let gate = Gate()
        let models = try FakeModels(
            .always(.text("abcd").inPieces(of: 1).using(TokenUsage(uncached: 1, output: 8)).behind(gate)))
        do {
            let socket = try models.connect()
            socket.send(Question(isStreamed: true, token: "t").bytes)
            gate.open(2)
            while let line = socket.readLine(), !line.contains("\"b\"") {}
        }
        let counters = await models.until { $0.closedByClient == 1 }
        #expect(counters.cut == 1)
        #expect(counters.inFlight == 0)
        #expect(counters.atGates == 0)
        #expect(counters.tokens["t"]?.billed == TokenUsage(uncached: 1, output: 4))
    }

    @Test func servesItsCounters() throws {
        let models = try FakeModels(.always(.text("abcd")))
        _ = try models.ask(Question(token: "t"))
        let counters = try models.get("/fake/counters").json
        #expect(counters.at("complete") == 1)
        #expect(counters.at("tokens", "t", "billed", "output") == 1)
    }

    @Test func keepsALedger() throws {
        let path = FileManager.default.temporaryDirectory.path + "/ledger-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var options = FakeModels.Options()
        options.ledger = path
        let script = Script.inTurn([
            .failure(.overloaded), .text("abcd").with(.cut(.cleanEnd, afterPieces: 0)), .text("abcd"),
        ])
        let models = try FakeModels(script, options)
        for _ in 1...3 { _ = try models.ask(Question(isStreamed: true, token: "t")) }
        // Read while the server runs: what a client has received is there.
        let text = try #require(FileManager.default.contents(atPath: path))
        let lines = text.split(separator: UInt8(ascii: "\n")).compactMap { JSONReader.read(Array($0)) }
        #expect(lines.map { $0.at("end") } == ["cut", "complete"])
        #expect(lines.map { $0.at("usage", "output") } == [0, 1])
        #expect(lines.map { $0.at("call") } == [2, 3])
        #expect(lines.allSatisfy { $0.at("token") == "t" && $0.at("model") == "mock-model" })
    }
}
