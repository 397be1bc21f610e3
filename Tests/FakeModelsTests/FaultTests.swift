import Testing
import TuttiCore

@testable import FakeModels

/// What each fault looks like to somebody who reads bytes.
@Suite struct FaultTests {
    private static let dialects = ModelCall.Dialect.allCases

    /// Four pieces, of which the third has characters of several bytes.
    private static let answer = Answer.text("one,two,größe,end").inPieces(of: 4)

    private func ask(
        _ answer: Answer, _ dialect: ModelCall.Dialect = .chat, streamed: Bool = true
    ) throws -> RawResponse {
        try FakeModels(.always(answer)).ask(Question(dialect: dialect, isStreamed: streamed))
    }

    /// The texts of a streamed answer, whatever the dialect.
    private func text(_ answer: RawResponse) -> String {
        answer.events.compactMap { event in
            event.at("choices", 0, "delta", "content").stringValue ?? event.at("delta", "text").stringValue
                ?? event.at("candidates", 0, "content", "parts", 0, "text").stringValue
        }.joined()
    }

    private func hasEndMarker(_ answer: RawResponse) -> Bool {
        ["[DONE]", "message_stop", "finishReason"].contains { answer.text.contains($0) }
            || answer.text.contains(#""finish_reason":""#) || answer.text.contains(#""stop_reason":""#)
    }

    // MARK: Without a fault

    @Test(arguments: dialects) func aWholeAnswerHasItsEndMarker(dialect: ModelCall.Dialect) throws {
        let answer = try ask(Self.answer, dialect)
        #expect(answer.end == .whole)
        #expect(text(answer) == "one,two,größe,end")
        #expect(hasEndMarker(answer))
    }

    // MARK: Cut

    @Test(arguments: dialects, Fault.Cut.allCases)
    func isCutAfterTwoPieces(dialect: ModelCall.Dialect, cut: Fault.Cut) throws {
        let answer = try ask(Self.answer.with(.cut(cut, afterPieces: 2)), dialect)
        #expect(answer.status == 200)
        #expect(text(answer) == "one,two,")
        #expect(!hasEndMarker(answer))
        let end: RawResponse.End =
            switch cut {
            case .cleanEnd: .whole
            case .closed, .midChunk: .closed
            case .reset: .reset
            }
        #expect(answer.end == end)
        let rest = answer.chunks.last.map { String(decoding: $0, as: UTF8.self) } ?? ""
        #expect((rest == "data: {\"id\"") == (cut == .midChunk))
    }

    @Test func isCutBeforeAnyPiece() throws {
        let answer = try ask(Self.answer.with(.cut(.cleanEnd, afterPieces: 0)))
        #expect(answer.end == .whole)
        #expect(answer.events.count == 1)
        #expect(text(answer) == "")
    }

    @Test func isCutAfterItsLastPiece() throws {
        let answer = try ask(Self.answer.with(.cut(.cleanEnd, afterPieces: 1000)))
        #expect(text(answer) == "one,two,größe,end")
        #expect(!hasEndMarker(answer))
    }

    @Test(arguments: Fault.Cut.allCases) func isCutWhenNotStreamed(cut: Fault.Cut) throws {
        let answer = try ask(Self.answer.with(.cut(cut, afterPieces: 0)), streamed: false)
        #expect(answer.status == 200)
        #expect(!answer.body.isEmpty)
        #expect(answer.json == .null)
        #expect((answer.end == .whole) == (cut == .cleanEnd))
        #expect((answer.end == .reset) == (cut == .reset))
    }

    @Test func isResetBeforeAnyByte() throws {
        let answer = try ask(Self.answer.with(.noAnswer))
        #expect(answer.end == .reset)
        #expect(answer.status == 0)
        #expect(answer.body.isEmpty)
    }

    // MARK: How bytes come

    @Test(arguments: dialects, [true, false])
    func splitsCharacters(dialect: ModelCall.Dialect, streamed: Bool) throws {
        let models = try FakeModels(.always(Self.answer.with(.split)))
        let answer = try models.ask(Question(dialect: dialect, isStreamed: streamed))
        let inside = answer.chunks.count { ($0.last ?? 0) >= 0xc0 }
        #expect(inside == 2)  // ö and ß
        #expect(answer.chunks.allSatisfy { !$0.isEmpty })
        #expect(answer.text.contains("größ") || answer.text.contains("\"grö\"") || text(answer).contains("größe"))
    }

    @Test func splitsCharactersIntoWrites() {
        let call = ModelCall(dialect: .chat, model: "m", isStreamed: true, prompt: "", body: .null)
        var writer = ReplyWriter(Answer.text("ß").with(.split), to: call, in: ChatSpeaker())
        let steps = writer.write().steps
        let half = steps.firstIndex { if case .bytes(let bytes) = $0 { bytes.contains(0xc3) } else { false } }
        // A socket joins what is written at once; so the first half has to be on its way before the second is written.
        let next = half.map { steps[$0 + 1] }
        let isFlush = if case .flush? = next { true } else { false }
        #expect(isFlush)
    }

    @Test(arguments: Fault.LineEnd.allCases) func endsLinesIn(kind: Fault.LineEnd) throws {
        let answer = try ask(Self.answer.with(.lineEnds(kind)))
        let bytes = answer.body
        let pairs = zip(bytes, bytes.dropFirst()).count { $0 == 0x0d && $1 == 0x0a }
        let (returns, feeds) = (bytes.count { $0 == 0x0d }, bytes.count { $0 == 0x0a })
        switch kind {
        case .lf: #expect(feeds > 0 && returns == 0)
        case .crlf: #expect(pairs > 0 && returns == pairs && feeds == pairs)
        case .cr: #expect(returns > 0 && feeds == 0)
        case .mixed: #expect(pairs > 0 && feeds > pairs)
        }
        #expect(text(answer) == "one,two,größe,end")
    }

    @Test func splitsLineEnds() throws {
        let answer = try ask(Self.answer.with(.lineEnds(.crlf)).with(.split))
        #expect(answer.chunks.contains { $0.last == 0x0d })
        #expect(text(answer) == "one,two,größe,end")
    }

    @Test func googleEndsLinesInTwoCharacters() throws {
        #expect(try ask(Self.answer, .gemini).text.contains("\r\n\r\n"))
        #expect(try !ask(Self.answer, .chat).text.contains("\r"))
    }

    @Test(arguments: dialects) func dripsAsFastAsTheTestLikes(dialect: ModelCall.Dialect) async throws {
        let gate = Gate()
        let models = try FakeModels(.always(Answer.text("abc").inPieces(of: 1).behind(gate)))
        let socket = try models.connect()
        socket.send(Question(dialect: dialect, isStreamed: true).bytes)
        var seen = ""
        for letter in ["a", "b", "c"] {
            await models.until { $0.atGates == 1 }
            #expect(!seen.contains("\"\(letter)\""))
            gate.open()
            while !seen.contains("\"\(letter)\"") {
                seen += String(decoding: try #require(socket.readSome()), as: UTF8.self)
            }
        }
        await models.until { $0.atGates == 1 }
        #expect(models.counters.complete == 0)
        gate.open()
        await models.until { $0.complete == 1 }
        #expect(socket.readLine() != nil)
    }

    @Test func pausesBetweenPieces() throws {
        var answer = Answer.text("abcd").inPieces(of: 1)
        answer.pause = .milliseconds(10)
        let models = try FakeModels(.always(answer))
        let time = try ContinuousClock().measure { _ = try models.ask(.streamed()) }
        #expect(time >= .milliseconds(40))  // three between pieces, one before the end
    }

    // MARK: What bytes say

    @Test(arguments: [true, false]) func isGarbage(streamed: Bool) throws {
        let answer = try ask(Self.answer.with(.garbage(afterPieces: 1)), streamed: streamed)
        #expect(answer.status == 200)
        #expect(answer.end == .whole)
        #expect(answer.body.contains(0xff))
        #expect(String(validating: answer.body, as: UTF8.self) == nil)
        #expect(text(answer) == (streamed ? "one," : ""))
    }

    @Test func isNotHTTP() throws {
        let models = try FakeModels(.always(Self.answer.with(.notHTTP)))
        let socket = try models.connect()
        socket.send(Question().bytes)
        let bytes = socket.readToEnd()
        #expect(bytes.first == 0xff)
        #expect(!String(decoding: bytes, as: UTF8.self).contains("HTTP/1.1"))
    }

    @Test(arguments: dialects) func isABodyInsteadOfAStream(dialect: ModelCall.Dialect) throws {
        let answer = try ask(Self.answer.with(.bodyInsteadOfStream), dialect)
        #expect(answer.headers["content-type"] == "application/json")
        #expect(answer.headers["content-length"] == "\(answer.body.count)")
        let json = answer.json
        let text = [
            json.at("choices", 0, "message", "content"), json.at("content", 0, "text"),
            json.at("candidates", 0, "content", "parts", 0, "text"),
        ]
        #expect(text.contains("one,two,größe,end"))
    }

    @Test(arguments: dialects, [true, false])
    func hasNoUsage(dialect: ModelCall.Dialect, streamed: Bool) throws {
        let answer = try ask(Self.answer.with(.noUsage), dialect, streamed: streamed)
        #expect(!answer.text.lowercased().contains("\"usage\":{"))
        #expect(!answer.text.contains("usageMetadata"))
        #expect(answer.end == .whole)
    }

    @Test func repeatsUsageInEachChunk() throws {
        let answer = try ask(Self.answer.using(TokenUsage(uncached: 3, output: 10)).with(.repeatedUsage))
        let counted = answer.events.map { $0.at("usage", "completion_tokens") }
        #expect(counted == [0, 2, 4, 6, 8, 10, 10, 10])
    }

    @Test func repeatsUsageInSeveralDeltas() throws {
        let answer = try ask(Self.answer.using(TokenUsage(uncached: 3, output: 10)).with(.repeatedUsage), .anthropic)
        let counted = answer.events.filter { $0["type"] == "message_delta" }.map { $0.at("usage") }
        #expect(counted.map { $0.at("output_tokens") } == [5, 10])
        #expect(counted.map { $0.at("input_tokens") } == [3, 3])
    }

    @Test(arguments: dialects) func answersNothing(dialect: ModelCall.Dialect) throws {
        for streamed in [true, false] {
            let answer = try ask(.empty, dialect, streamed: streamed)
            #expect(answer.status == 200)
            #expect(answer.end == .whole)
            #expect(text(answer) == "")
            #expect(hasEndMarker(answer))
        }
    }

    @Test(arguments: [true, false]) func answersTenMegabytes(streamed: Bool) throws {
        let answer = try ask(.large(), streamed: streamed)
        #expect(answer.end == .whole)
        let count = streamed ? text(answer).utf8.count : answer.json.at("choices", 0, "message", "content").textLength
        #expect(count == 10 << 20)
    }

    @Test(arguments: dialects) func answersControlCharacters(dialect: ModelCall.Dialect) throws {
        let answer = try ask(.controlCharacters, dialect)
        #expect(text(answer).unicodeScalars.contains("\u{1b}"))
        #expect(text(answer).unicodeScalars.contains("\u{0}"))
        #expect(!answer.body.contains(0x1b))  // JSON has them escaped
    }
}

extension JSONValue {
    fileprivate var textLength: Int { stringValue?.utf8.count ?? 0 }
}
