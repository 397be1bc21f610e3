import Testing
import TuttiRuntime
import TuttiTesting

@testable import TuttiServer

/// Streams that say nothing for a while say that they are alive.
struct StreamPulseTests {
    private let clock = ManualClock()
    private static let alive = Array(": alive\n\n".utf8)

    /// Lets so many beats pass, one after the other.
    private func beat(_ count: Int) async {
        for _ in 0..<count {
            await clock.untilSleeping(1)
            clock.advance(by: StreamPulse.beat)
        }
        await clock.untilSleeping(1)
    }

    @Test("a stream that has begun and is silent says that it is alive, again and again")
    func silent() async throws {
        let (pulse, handoff) = (StreamPulse(clock: clock), AnswerHandoff())
        let id = pulse.enlist(handoff, alive: Self.alive)
        try await handoff.put([1])
        #expect(try await handoff.next() == [1])
        for _ in 0..<3 {
            // The first beat after a word sees the word.
            await beat(StreamPulse.silentBeatsMax + 1)
            #expect(try await handoff.next() == Self.alive)
        }
        pulse.dismiss(id)
    }

    @Test("nothing is said before the first piece: the head of the answer would go out with it")
    func beforeTheFirst() async throws {
        let (pulse, handoff) = (StreamPulse(clock: clock), AnswerHandoff())
        let id = pulse.enlist(handoff, alive: Self.alive)
        await beat(3 * StreamPulse.silentBeatsMax)
        try await handoff.put([1])
        handoff.finish()
        #expect(try await handoff.next() == [1])
        #expect(try await handoff.next() == nil)
        pulse.dismiss(id)
    }

    @Test("a stream that speaks, or whose words have not been taken, says nothing else")
    func busy() async throws {
        let (pulse, speaking, waiting) = (StreamPulse(clock: clock), AnswerHandoff(), AnswerHandoff())
        let ids = [speaking, waiting].map { pulse.enlist($0, alive: Self.alive) }
        try await waiting.put([7])
        for word: UInt8 in 0..<8 {
            try await speaking.put([word])
            #expect(try await speaking.next() == [word])
            await beat(1)
        }
        speaking.finish()
        waiting.finish()
        #expect(try await speaking.next() == nil)
        #expect(try await waiting.next() == [7])
        #expect(try await waiting.next() == nil)
        for id in ids { pulse.dismiss(id) }
    }

    @Test("without a stream there is no beat, and the next stream begins it anew")
    func rest() async throws {
        let pulse = StreamPulse(clock: clock)
        let first = AnswerHandoff()
        pulse.dismiss(pulse.enlist(first, alive: Self.alive))
        await clock.untilSleeping(1)
        clock.advance(by: StreamPulse.beat)
        await pulse.untilResting()

        let second = AnswerHandoff()
        let id = pulse.enlist(second, alive: Self.alive)
        try await second.put([1])
        #expect(try await second.next() == [1])
        await beat(StreamPulse.silentBeatsMax + 1)
        #expect(try await second.next() == Self.alive)
        pulse.dismiss(id)
    }
}

extension StreamPulse {
    /// Waits until its task has ended.
    fileprivate func untilResting() async { while isBeating { await Task.yield() } }
}
