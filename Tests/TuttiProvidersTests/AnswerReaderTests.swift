import Testing
import TuttiModels

@testable import TuttiProviders

/// Bodies cut anywhere.
@Suite struct AnswerReaderTests {
    private func read(
        _ pieces: [[UInt8]], of sample: DialectSample, limits: ModelLimits = ModelLimits(),
        _ ending: AnswerReader.Ending = .closed
    ) throws(ModelError) -> (events: [ModelEvent], failure: ModelError?) {
        var reader = AnswerReader(sample.dialect, Samples.request, limits)
        var events: [ModelEvent] = []
        for piece in pieces {
            events += try reader.take(piece)
            if let failure = reader.failure { return (events, failure) }
        }
        events += try reader.end(ending)
        return (events, reader.failure)
    }

    private func response(_ events: [ModelEvent]) -> ModelResponse? {
        var assembler = ResponseAssembler()
        return events.lazy.compactMap { assembler.take($0) }.first
    }

    @Test(arguments: DialectSample.allCases, ["\n", "\r\n", "\r"])
    func everySplitAndEveryLineEnd(_ sample: DialectSample, _ lineEnd: String) throws {
        let text = sample.stream.replacing("\r\n", with: "\n").replacing("Hel", with: "Hé🎼l")
        let bytes = Array(text.replacing("\n", with: lineEnd).utf8)
        let whole = try read([bytes], of: sample)
        #expect(whole.failure == nil)
        #expect(response(whole.events)?.text == "Hé🎼llo")
        for cut in 1..<bytes.count {
            let events = try read([Array(bytes[..<cut]), Array(bytes[cut...])], of: sample).events
            #expect(events == whole.events)
        }
        #expect(try read(bytes.map { [$0] }, of: sample).events == whole.events)
    }

    @Test(arguments: DialectSample.allCases, [AnswerReader.Ending.closed, .broken])
    func everyCutIsNoticed(_ sample: DialectSample, _ ending: AnswerReader.Ending) throws {
        let bytes = Array(sample.stream.utf8)
        let mark = Array(sample.endMark.utf8)
        let enough = try #require(bytes.firstRange(of: mark)).upperBound
        for cut in 0..<enough {
            let read = try read([Array(bytes[..<cut])], of: sample, ending)
            #expect(read.failure?.kind == .cutOff, "after \(cut) bytes: \(read.failure?.message ?? "no error")")
            #expect(response(read.events) == nil)
        }
        // What has no end marker may be more than it seems when the connection broke.
        if sample != .gemini || ending == .closed {
            #expect(response(try read([Array(bytes[..<enough])], of: sample, ending).events)?.text == "Hello")
        }
    }

    @Test func anErrorComesBehindWhatWasToldBefore() throws {
        let text = Samples.chat("Hel") + "data: {\"error\":{\"message\":\"no\",\"code\":503}}\n\n" + Samples.chat("lo")
        let read = try read([Array(text.utf8)], of: .chat)
        #expect(read.events == [.text("Hel")])
        #expect(read.failure?.kind == .overloaded)
        #expect(read.failure?.hasContent == true)
    }

    @Test func anErrorWithoutItsEmptyLineIsOne() throws {
        let text = Samples.chat("Hel") + "data: {\"error\":{\"message\":\"no\",\"code\":503}}"
        let error = #expect(throws: ModelError.self) { try read([Array(text.utf8)], of: .chat) }
        #expect(error?.kind == .overloaded)
    }

    @Test(arguments: ["", "\u{feff}", "\r\n \n"])
    func aWholeAnswerIsUnderstood(_ blanks: String) throws {
        let bytes = Array((blanks + Samples.chatWhole + "\n").utf8)
        for cut in 1..<bytes.count {
            let events = try read([Array(bytes[..<cut]), Array(bytes[cut...])], of: .chat).events
            #expect(response(events) == Samples.hello)
        }
        let broken = try read([Array(bytes.dropLast(9))], of: .chat, .broken)
        #expect(broken.failure?.kind == .cutOff)
    }

    @Test(arguments: [
        "<!DOCTYPE html><title>Sign in</title>", "{\"choices\":", "[1]", "{}", String(repeating: "\n", count: 70_000),
    ])
    func whatIsNoAnswerIsMalformed(_ body: String) {
        let error = #expect(throws: ModelError.self) { try read([Array(body.utf8)], of: .chat) }
        #expect(error?.kind == .malformed)
        // Another server is there: asking it again finds the same page.
        #expect(error?.classification == (body.hasPrefix("<") ? .never : .retry))
    }

    @Test(arguments: ["", "\n\n", "garbage\u{0}", "data: garbage\n\n"])
    func garbageIsNoAnswer(_ body: String) throws {
        let read = try read([Array(body.utf8)], of: .chat)
        #expect([.cutOff, .malformed].contains(read.failure?.kind))
    }

    @Test func eachLimitIsReached() throws {
        let limits = ModelLimits(answerBytesMax: 100, toolCallsMax: 1, eventsMax: 3, eventBytesMax: 2000)
        let long = String(repeating: "x", count: 101)
        let texts = [
            Samples.chat(long), String(repeating: Samples.chat("x"), count: 4),
            "data: {\"x\":\"" + String(repeating: "y", count: 2001) + "\"}\n\n",
        ]
        for text in texts {
            #expect(try read([Array(text.utf8)], of: .chat, limits: limits).failure?.kind == .answerTooLarge)
        }
        let endless = [UInt8](repeating: UInt8(ascii: "y"), count: 4000)
        for text in [endless, Array(("{\"x\":\"" + long).utf8)] {
            let error = #expect(throws: ModelError.self) { try read([text], of: .chat, limits: limits) }
            #expect(error?.kind == .answerTooLarge)
        }
    }
}
