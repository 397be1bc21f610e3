import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@Suite("Streams of every dialect")
struct StreamTests {
    @Test(arguments: GoldenStreams.all)
    func giveTheSameAnswer(sample: GoldenStreams.Sample) throws {
        let played = Played(sample.dialect, sample.pieces)
        let response = try #require(played.response)
        #expect(response.text == GoldenStreams.text)
        let call = try #require(response.toolCalls.first)
        #expect(call.id == "t1" && call.name == "f" && call.arguments == #"{"a":1}"#)
        #expect(response.finish == .toolCalls)
        #expect(response.usage?.cacheRead == 40 && response.usage?.output == 15 && response.usage?.uncachedInput == 12)
        guard case .reasoning(let thoughts) = response.content.first else {
            Issue.record("the thoughts do not come first")
            return
        }
        #expect(thoughts.text == "hm")
        #expect(response.content.count == 3)
        if case .finished = played.events.last {} else { Issue.record("the last event is not the end") }
    }

    @Test(arguments: GoldenStreams.all)
    func areCutUnlessTheEndMarkerHasCome(sample: GoldenStreams.Sample) throws {
        for length in sample.pieces.indices {
            let played = Played(sample.dialect, Array(sample.pieces.prefix(length)))
            #expect(played.response == nil, "\(length) pieces")
            let error = try #require(played.error, "\(length) pieces")
            #expect(error.kind == .cutOff && error.classification == .retry)
            let shown = played.events.filter { if case .reasoningSeal = $0 { false } else { true } }
            #expect(error.hasContent == !shown.isEmpty)
            #expect(!played.events.contains { if case .finished = $0 { true } else { false } })
        }
    }

    @Test(arguments: GoldenStreams.all)
    func rememberWhatWasCountedWhenTheyBreak(sample: GoldenStreams.Sample) throws {
        guard sample.dialect.name != "bedrock" else { return }  // it counts at its very end
        var stream = sample.dialect.stream(for: Conversation.plain)
        for piece in sample.pieces.dropLast(sample.dialect.name == "gemini" ? 0 : 1) { _ = try stream.take(piece) }
        let error = try #require(throws: ModelError.self) { try stream.breakOff() }
        #expect(error.kind == .cutOff && error.hasContent)
        // Who counts at the end only has not counted yet.
        let counted: Int64? = sample.countsEarly ? 15 : nil
        #expect(error.usage?.output == counted && stream.usage?.output == counted)
        // The same from then on, whatever comes.
        for piece in sample.pieces { #expect(throws: error) { try stream.take(piece) } }
        #expect(throws: error) { try stream.end() }
        #expect(!stream.isFinished)
    }

    @Test(arguments: GoldenStreams.all)
    func failWhereverAnErrorComes(sample: GoldenStreams.Sample) throws {
        let end = sample.dialect.name == "gemini" ? sample.pieces.count : sample.pieces.count - 1
        for place in 0...end {
            var pieces = sample.pieces
            pieces.insert(sample.failure, at: place)
            let played = Played(sample.dialect, pieces)
            #expect(played.response == nil)
            #expect(played.error?.kind == .overloaded, "at \(place)")
            #expect(played.error?.message.contains("boom") == false)
            #expect(played.error?.providerMessage?.revealed == "boom")
        }
    }

    @Test(arguments: GoldenStreams.all)
    func countTheLastUsageHoweverOftenItIsTold(sample: GoldenStreams.Sample) throws {
        guard sample.dialect.name != "bedrock" else { return }  // it is told once, as the end
        let plain = Played(sample.dialect, sample.pieces).response
        let last = try #require(sample.pieces.lastIndex { $0.data.contains("usage") })
        for place in 0...last {
            var pieces = sample.pieces
            for _ in 0..<3 { pieces.insert(sample.usage, at: place) }
            #expect(Played(sample.dialect, pieces).response == plain, "at \(place)")
        }
        guard sample.countsEarly else { return }
        var pieces = sample.pieces
        pieces.insert(sample.usage, at: last + 1)
        #expect(Played(sample.dialect, pieces).response?.usage?.output == 3)
    }

    @Test(arguments: GoldenStreams.all)
    func mayEndWithoutUsage(sample: GoldenStreams.Sample) {
        let pieces = sample.pieces.map { piece in
            var piece = piece
            // A field of another name is one that nobody knows.
            piece.data = piece.data.replacing("\"usage", with: "\"nothing")
            return piece
        }
        let played = Played(sample.dialect, pieces)
        #expect(played.error == nil && played.response?.finish == .toolCalls && played.response?.usage == nil)
    }

    @Test(arguments: GoldenStreams.all)
    func takeWhatNobodyKnowsYet(sample: GoldenStreams.Sample) {
        let plain = Played(sample.dialect, sample.pieces).response
        for place in sample.pieces.indices {
            var pieces = sample.pieces
            pieces.insert(sample.unknown, at: place)
            pieces.insert(StreamEvent(data: ""), at: place)
            #expect(Played(sample.dialect, pieces).response == plain, "at \(place)")
        }
    }

    @Test(arguments: GoldenStreams.all)
    func refuseWhatIsNoJSON(sample: GoldenStreams.Sample) {
        let end = sample.dialect.name == "gemini" ? sample.pieces.count : sample.pieces.count - 1
        for place in 0..<end {
            for broken in ["{", "null", "[1]", #"{"a":"#, "\u{0}", String(repeating: "[", count: 100_000)] {
                var pieces = sample.pieces
                pieces[place].data = broken
                #expect(Played(sample.dialect, pieces).error?.kind == (pieces[place].name == "ping" ? nil : .malformed))
            }
        }
    }

    @Test(arguments: GoldenStreams.all)
    func doNotLookBehindTheirEnd(sample: GoldenStreams.Sample) throws {
        guard sample.dialect.name != "gemini" else { return }
        let plain = Played(sample.dialect, sample.pieces)
        let more = Played(sample.dialect, sample.pieces + [sample.failure, StreamEvent(data: "{")])
        #expect(more.response == plain.response && more.error == nil && more.events == plain.events)
        var stream = sample.dialect.stream(for: Conversation.plain)
        for piece in sample.pieces { _ = try stream.take(piece) }
        #expect(stream.isFinished)
        try stream.breakOff()
    }

    @Test(arguments: GoldenStreams.all)
    func haveLimitsWithNames(sample: GoldenStreams.Sample) {
        func error(_ limits: ModelLimits) -> ModelError? {
            Played(sample.dialect, sample.pieces, limits: limits).error
        }
        let bytes = "hm".utf8.count + GoldenStreams.text.utf8.count + #"{"a":1}"#.utf8.count
        #expect(error(ModelLimits(answerBytesMax: bytes)) == nil)
        #expect(error(ModelLimits(answerBytesMax: bytes - 1))?.kind == .answerTooLarge)
        #expect(error(ModelLimits(toolCallsMax: 1)) == nil)
        #expect(error(ModelLimits(toolCallsMax: 0))?.message.contains("0 tool calls") == true)
        #expect(error(ModelLimits(eventsMax: sample.pieces.count)) == nil)
        #expect(error(ModelLimits(eventsMax: sample.pieces.count - 1))?.classification == .never)
        #expect(error(ModelLimits(eventBytesMax: 10))?.kind == .answerTooLarge)
    }

    @Test func aWholeAnswerHasTheSameLimits() {
        let body = Data(#"{"choices":[{"message":{"content":"0123456789"},"finish_reason":"stop"}]}"#.utf8)
        let error = #expect(throws: ModelError.self) {
            try ChatDialect(.openAI).decode(
                body, for: Conversation.plain, limits: ModelLimits(answerBytesMax: body.count - 1))
        }
        #expect(error?.kind == .answerTooLarge)
    }

    @Test func aTextMayBeCutAnywhere() {
        let text = "ä🌍 e\u{301}\"\\\n"
        for place in text.unicodeScalars.indices {
            let parts = [String(text.unicodeScalars[..<place]), String(text.unicodeScalars[place...])]
            let pieces = parts.map { part in
                let chunk: JSONValue = ["choices": [["index": 0, "delta": ["content": .string(part)]]]]
                return StreamEvent(
                    data: (try? CanonicalJSON.encode(chunk)).map { String(decoding: $0, as: UTF8.self) } ?? "")
            }
            let end = GoldenStreams.chat.suffix(3)
            #expect(Played(ChatDialect(.openAI), pieces + end).response?.text == text)
        }
    }
}
