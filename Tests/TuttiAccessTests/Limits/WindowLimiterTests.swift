import Testing
import TuttiAccess
import TuttiCore

/// Counting exactly, one window at a time and several.
struct WindowLimiterTests {
    private let limit = RateLimit(name: "requests", quota: 3, window: .seconds(60))

    @Test(arguments: 1...12) func agreesWithASlowReference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits = [
            RateLimit(name: "a", quota: 7, window: .nanoseconds(50)),
            RateLimit(name: "b", quota: 20, window: .nanoseconds(130)),
            RateLimit(name: "c", quota: 1, window: .nanoseconds(9)),
        ]
        let limiter = WindowLimiter()
        var reference = SlowWindows()
        var now = Duration.zero
        for _ in 0..<700 {
            now += .nanoseconds(Int.random(in: 0...6, using: &random) / 2)
            let asked = limits.shuffled(using: &random).prefix(Int.random(in: 1...3, using: &random))
                .map { ($0, subject: ["x", "y", "z"].randomElement(using: &random) ?? "x") }
            let weight = [1, 1, 1, 2, 3, 8].randomElement(using: &random) ?? 1
            for verdict in zip(limiter.look(weight, at: asked, at: now), asked) {
                let used = reference.used(verdict.1.0, verdict.1.subject, at: now)
                #expect(verdict.0.remaining == verdict.1.0.quota - used)
                let wait = reference.untilRoom(weight, verdict.1.0, verdict.1.subject, at: now)
                #expect(verdict.0.resetAfter == wait)
                #expect(verdict.0.isAllowed == (wait == .zero))
            }
            let isAccepted = limiter.take(weight, from: asked, at: now).isAccepted
            #expect(isAccepted == reference.take(weight, asked, at: now))
        }
    }

    @Test func aCallCountsForTheWindowAndNotANanosecondLonger() {
        let limiter = WindowLimiter()
        let one = RateLimit(name: "one", quota: 1, window: .seconds(1))
        func isAllowed(at time: Duration) -> Bool { limiter.take(1, from: [(one, subject: "a")], at: time).isAccepted }
        #expect(isAllowed(at: .nanoseconds(5)))
        #expect(!isAllowed(at: .nanoseconds(5)))
        #expect(!isAllowed(at: .nanoseconds(1_000_000_004)))
        #expect(
            limiter.look(1, at: [(one, subject: "a")], at: .nanoseconds(1_000_000_004))[0].resetAfter
                == .nanoseconds(1))
        #expect(isAllowed(at: .nanoseconds(1_000_000_005)))
    }

    @Test func refusedCallsDoNotCount() {
        let limiter = WindowLimiter()
        for second in 0..<3 {
            #expect(limiter.take(1, from: [(limit, subject: "a")], at: .seconds(second)).isAccepted)
        }
        for second in 3..<60 {
            #expect(!limiter.take(1, from: [(limit, subject: "a")], at: .seconds(second)).isAccepted)
        }
        #expect(limiter.readings.calls == 3)
        let verdicts = (60..<64).map { limiter.take(1, from: [(limit, subject: "a")], at: .seconds($0)) }
        #expect(verdicts.map(\.isAccepted) == [true, true, true, false])
    }

    @Test func callsOfTheSameMomentAreCountedOneByOne() {
        let limiter = WindowLimiter()
        let accepted = (0..<10).filter { _ in limiter.take(1, from: [(limit, subject: "a")], at: .zero).isAccepted }
        #expect(accepted.count == 3)
        #expect(limiter.take(1, from: [(limit, subject: "b")], at: .zero).isAccepted)
    }

    @Test func aWeightAboveTheQuotaIsNeverAllowed() {
        let limiter = WindowLimiter()
        for weight in [4, RateLimit.weightMax, RateLimit.weightMax + 1, .max] {
            let verdict = limiter.take(weight, from: [(limit, subject: "a")], at: .zero)[0]
            #expect(verdict.isNeverAllowed)
            #expect(verdict.resetAfter == nil)
            #expect(verdict.remaining == 3)
        }
        let widest = RateLimit(name: "wide", quota: .max, window: .seconds(1))
        #expect(limiter.take(.max, from: [(widest, subject: "a")], at: .zero)[0].isNeverAllowed)
        #expect(limiter.take(RateLimit.weightMax, from: [(widest, subject: "a")], at: .zero).isAccepted)
        #expect(limiter.readings.keys == 1)
    }

    @Test func nothingAndLessThanNothingIsNotCounted() {
        let limiter = WindowLimiter()
        for weight in [0, -1, .min] {
            #expect(limiter.take(weight, from: [(limit, subject: "a")], at: .zero).isAccepted)
        }
        #expect(limiter.readings == WindowLimiter().readings)
        #expect(limiter.take(1, from: [], at: .zero).isAccepted)
        let closed = RateLimit(name: "closed", quota: 0, window: .seconds(1))
        #expect(limiter.take(1, from: [(closed, subject: "a")], at: .zero)[0].isNeverAllowed)
    }

    @Test func aCallThatOneLimitRefusesIsCountedInNone() {
        let limiter = WindowLimiter()
        let narrow = RateLimit(name: "narrow", quota: 1, window: .seconds(10))
        let both = [(limit, subject: "a"), (narrow, subject: "a")]
        #expect(limiter.take(1, from: both, at: .zero).isAccepted)
        let verdicts = limiter.take(1, from: both, at: .seconds(1))
        #expect(verdicts.map(\.isAllowed) == [true, false])
        #expect(verdicts.map(\.remaining) == [2, 0])
        #expect(limiter.readings.calls == 2)
        #expect(limiter.take(1, from: both.reversed(), at: .seconds(2)).map(\.remaining) == [0, 2])
    }

    @Test func aLimitThatIsNamedTwiceCountsOnce() {
        let limiter = WindowLimiter()
        let twice = [(limit, subject: "a"), (limit, subject: "a")]
        #expect(limiter.take(1, from: twice, at: .zero).map(\.remaining) == [2, 2])
        #expect(limiter.readings.calls == 1)
    }

    @Test func aClockThatIsReadOutOfOrderCountsAsTheLatest() {
        let limiter = WindowLimiter()
        _ = limiter.take(3, from: [(limit, subject: "a")], at: .seconds(10))
        #expect(!limiter.take(1, from: [(limit, subject: "a")], at: .seconds(9)).isAccepted)
        #expect(!limiter.take(1, from: [(limit, subject: "a")], at: .seconds(69)).isAccepted)
        #expect(limiter.take(1, from: [(limit, subject: "a")], at: .seconds(70)).isAccepted)
    }

    @Test func theClockMayGoOnForAges() {
        let limiter = WindowLimiter()
        var now = Duration.seconds(-10)
        for day in 0..<1_500 {
            for expected in [true, true, true, false] {
                now += .milliseconds(1)
                #expect(limiter.take(1, from: [(limit, subject: "a")], at: now).isAccepted == expected, "day \(day)")
            }
            now += .seconds(86_400)
        }
        #expect(limiter.readings.calls == 3)
        for far in [Duration.seconds(1 << 40), .seconds(Int64.max), .seconds(Int64.max)] {
            _ = limiter.take(1, from: [(limit, subject: "a")], at: far)
        }
        #expect(limiter.readings.calls <= 3)
    }

    @Test func aChangedRuleCountsWhatIsRecorded() {
        let limiter = WindowLimiter()
        _ = limiter.take(3, from: [(limit, subject: "a")], at: .zero)
        let wider = RateLimit(name: "requests", quota: 5, window: .seconds(90))
        #expect(limiter.take(1, from: [(wider, subject: "a")], at: .seconds(59))[0].remaining == 1)
        let smaller = RateLimit(name: "requests", quota: 2, window: .seconds(90))
        let verdict = limiter.take(1, from: [(smaller, subject: "a")], at: .seconds(70))[0]
        #expect(!verdict.isAllowed && verdict.remaining == 0 && verdict.resetAfter == .seconds(20))
    }

    @Test func theWaitOfAHeavyCallIsTheWholeWindowAtTheWorst() {
        let limiter = WindowLimiter()
        let many = RateLimit(name: "many", quota: 1_000, window: .seconds(10_000))
        for second in 0..<1_000 { _ = limiter.take(1, from: [(many, subject: "a")], at: .seconds(second)) }
        func wait(_ weight: Int) -> Duration? {
            limiter.look(weight, at: [(many, subject: "a")], at: .seconds(1_000))[0].resetAfter
        }
        #expect(wait(1) == .seconds(9_000))
        #expect(wait(200) == .seconds(9_199))
        #expect(wait(900) == .seconds(9_999))
    }
}
