import Testing
import TuttiAccess
import TuttiCore

/// Estimates that are corrected later, as a model's tokens are.
struct ReservationTests {
    private let limiter = WindowLimiter()
    private let tokens = RateLimit(name: "tokens", quota: 1_000, window: .seconds(60))
    private var asked: [(RateLimit, subject: String)] { [(tokens, subject: "a")] }

    private func remaining(at time: Duration) -> Int { limiter.look(1, at: asked, at: time)[0].remaining }

    @Test(arguments: [(0, 1_000), (100, 900), (400, 600), (1_000, 0), (5_000, 0), (-3, 1_000)])
    func theTrueWeightTakesThePlaceOfTheEstimate(weight: Int, remaining: Int) throws {
        let reservation = try #require(limiter.reserve(400, from: asked, at: .zero).reservation)
        #expect(self.remaining(at: .seconds(1)) == 600)
        limiter.adjust(reservation, to: weight, at: .seconds(2))
        #expect(self.remaining(at: .seconds(3)) == remaining)
        // It lapses with the time at which it was taken.
        #expect(self.remaining(at: .seconds(60)) == 1_000)
    }

    @Test func aRefusedEstimateReservesNothing() {
        let (verdicts, reservation) = limiter.reserve(1_001, from: asked, at: .zero)
        #expect(verdicts[0].isNeverAllowed)
        #expect(reservation == nil)
        #expect(limiter.readings.keys == 0)
    }

    @Test func whatIsMoreThanALapsedEstimateCountsFromNowOn() throws {
        let reservation = try #require(limiter.reserve(400, from: asked, at: .zero).reservation)
        limiter.adjust(reservation, to: 700, at: .seconds(90))
        #expect(remaining(at: .seconds(149)) == 700)
        #expect(remaining(at: .seconds(150)) == 1_000)
        let less = try #require(limiter.reserve(400, from: asked, at: .seconds(200)).reservation)
        limiter.adjust(less, to: 1, at: .seconds(290))
        #expect(remaining(at: .seconds(290)) == 1_000)
    }

    @Test func nothingIsGivenBackTwice() throws {
        let reservation = try #require(limiter.reserve(400, from: asked, at: .zero).reservation)
        _ = limiter.take(100, from: asked, at: .zero)
        limiter.adjust(reservation, to: 0, at: .zero)
        limiter.adjust(reservation, to: 0, at: .zero)
        #expect(remaining(at: .zero) == 900)
        #expect(limiter.readings.calls == 1)
    }

    @Test func aForgottenSubjectGetsNothingBack() throws {
        let small = WindowLimiter(keysMax: 1)
        let reservation = try #require(small.reserve(400, from: asked, at: .zero).reservation)
        _ = small.take(10, from: [(tokens, subject: "b")], at: .zero)
        _ = small.take(500, from: asked, at: .zero)
        small.adjust(reservation, to: 0, at: .zero)
        #expect(small.look(1, at: asked, at: .zero)[0].remaining == 500)
        #expect(small.readings.forgotten == 2)
    }

    @Test func anUnknownEstimateIsReservedAsNothing() throws {
        let reservation = try #require(limiter.reserve(0, from: asked, at: .zero).reservation)
        limiter.adjust(reservation, to: 300, at: .seconds(10))
        #expect(remaining(at: .seconds(69)) == 700)
        #expect(remaining(at: .seconds(70)) == 1_000)
    }

    @Test(arguments: 1...6) func agreesWithASlowReference(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let limits = [
            (RateLimit(name: "a", quota: 50, window: .nanoseconds(400)), subject: "x"),
            (RateLimit(name: "b", quota: 90, window: .nanoseconds(900)), subject: "x"),
        ]
        var reference = SlowWindows()
        var open: [(reservation: LimitReservation, time: Duration)] = []
        var now = Duration.zero
        for _ in 0..<800 {
            now += .nanoseconds(Int.random(in: 1...20, using: &random))
            // Before the first of the windows has lapsed, so that both are corrected.
            open.removeAll { now - $0.time >= .nanoseconds(380) }
            if Bool.random(using: &random), !open.isEmpty {
                let (reservation, time) = open.remove(at: Int.random(in: 0..<open.count, using: &random))
                let weight = Int.random(in: 0...12, using: &random)
                limiter.adjust(reservation, to: weight, at: now)
                reference.adjust(limits, at: time, to: weight)
            } else {
                let weight = Int.random(in: 1...10, using: &random)
                let reservation = limiter.reserve(weight, from: limits, at: now).reservation
                #expect((reservation != nil) == reference.take(weight, limits, at: now))
                if let reservation { open.append((reservation, now)) }
            }
            for (verdict, (limit, subject)) in zip(limiter.look(1, at: limits, at: now), limits) {
                #expect(verdict.remaining == max(0, limit.quota - reference.used(limit, subject, at: now)))
            }
        }
    }
}
