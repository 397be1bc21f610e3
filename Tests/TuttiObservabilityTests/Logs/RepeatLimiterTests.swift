import Testing

@testable import TuttiObservability

struct RepeatLimiterTests {
    private func key(_ index: Int) -> RepeatLimiter.Key { .init(level: .info, message: "message \(index)") }

    @Test func remembersNoMoreMessagesThanItsLimit() {
        var limiter = RepeatLimiter(timesMax: 1, window: .seconds(10))
        let messages = (0..<(RepeatLimiter.keysMax + 10)).map(key)
        let passed = messages.filter { limiter.passes($0, at: .zero) }
        #expect(passed == messages)
        let again = messages.filter { limiter.passes($0, at: .zero) }
        #expect(again == Array(messages.suffix(10)), "what is not remembered passes")
        let summaries = limiter.summaries(at: .seconds(10))
        #expect(summaries.count == RepeatLimiter.keysMax && summaries.allSatisfy { $0.leftOut == 1 })
        let anew = messages.filter { limiter.passes($0, at: .seconds(10)) }
        #expect(anew == messages, "what is over makes room")
    }

    @Test func aWindowBeginsWithItsFirstMessage() {
        var limiter = RepeatLimiter(timesMax: 2, window: .seconds(10))
        let passed = [5, 14, 14].map { limiter.passes(key(1), at: .seconds($0)) }
        #expect(passed == [true, true, false])
        let summaries = limiter.summaries(at: .seconds(15))
        #expect(summaries == [.init(key: key(1), leftOut: 1)])
        let isNew = limiter.passes(key(1), at: .seconds(15))
        #expect(isNew)
    }
}
