import Testing
import TuttiAccess

/// What is kept when there is more than can be.
struct LimiterMemoryTests {
    private let limit = RateLimit(name: "requests", quota: 10, window: .seconds(60))

    @Test func thereAreNeverMoreKeysThanNamed() {
        let limiter = WindowLimiter(keysMax: 100)
        for subject in 0..<10_000 { _ = limiter.take(1, from: [(limit, subject: "\(subject)")], at: .zero) }
        #expect(limiter.readings.keys == 100)
        #expect(limiter.readings.calls == 100)
        #expect(limiter.readings.forgotten == 9_900)
    }

    @Test func manySubjectsAreToldApart() {
        let limiter = WindowLimiter()
        for subject in 0..<20_000 {
            for _ in 0...(subject % 3) { _ = limiter.take(1, from: [(limit, subject: "\(subject)")], at: .zero) }
        }
        let wrong = (0..<20_000).filter { subject in
            limiter.look(1, at: [(limit, subject: "\(subject)")], at: .zero)[0].remaining != 9 - subject % 3
        }
        #expect(wrong.isEmpty)
        #expect(limiter.readings.keys == 20_000)
    }

    @Test func theEmptiestWindowGoesFirstAndOfEqualsTheOldest() {
        let limiter = WindowLimiter(keysMax: 3)
        _ = limiter.take(9, from: [(limit, subject: "busy")], at: .seconds(1))
        _ = limiter.take(1, from: [(limit, subject: "old")], at: .seconds(2))
        _ = limiter.take(1, from: [(limit, subject: "young")], at: .seconds(3))
        _ = limiter.take(1, from: [(limit, subject: "new")], at: .seconds(4))
        let left = ["busy", "old", "young", "new"].map {
            limiter.look(1, at: [(limit, subject: $0)], at: .seconds(5))[0].remaining
        }
        #expect(left == [1, 10, 9, 9])
    }

    /// A flood from other addresses does not give an attacker his own quota back.
    @Test func aFloodDoesNotForgetWhoIsAtTheLimit() {
        let limiter = WindowLimiter(keysMax: 1_000)
        #expect(limiter.take(10, from: [(limit, subject: "attacker")], at: .zero).isAccepted)
        for subject in 0..<50_000 { _ = limiter.take(1, from: [(limit, subject: "\(subject)")], at: .seconds(1)) }
        #expect(!limiter.take(1, from: [(limit, subject: "attacker")], at: .seconds(2)).isAccepted)
    }

    @Test func severalLimitsOfOneCallDoNotDropEachOther() {
        let limiter = WindowLimiter(keysMax: 4)
        let limits = (0..<4).map { (RateLimit(name: "l\($0)", quota: 10, window: .seconds(60)), subject: "a") }
        for call in 1...5 {
            _ = limiter.take(1, from: [(limit, subject: "stranger\(call)")], at: .zero)
            _ = limiter.take(1, from: limits, at: .zero)
            #expect(limiter.look(1, at: limits, at: .zero).map(\.remaining).allSatisfy { $0 < 10 })
        }
        #expect(limiter.readings.keys == 4)
    }

    @Test func idleSubjectsAreDroppedAsCallsComeIn() {
        let limiter = WindowLimiter()
        for subject in 0..<10_000 { _ = limiter.take(1, from: [(limit, subject: "\(subject)")], at: .zero) }
        #expect(limiter.readings.keys == 10_000)
        for _ in 0..<10_000 { _ = limiter.take(1, from: [(limit, subject: "x")], at: .seconds(60)) }
        #expect(limiter.readings.keys == 1)
        #expect(limiter.readings.calls == 10)
        #expect(limiter.readings.forgotten == 0)
    }

    @Test func subjectsThatComeAndGoTakeNoMoreThanTwiceTheRoomOfThoseThatCount() {
        let limiter = WindowLimiter()
        var most = 0
        for subject in 0..<200_000 {
            // A thousand of them count at any time.
            let time = limit.window * subject / 1_000
            _ = limiter.take(1, from: [(limit, subject: "\(subject)")], at: time)
            most = max(most, limiter.readings.keys)
        }
        #expect(most <= 2_100)
    }

    @Test func callsThatCannotBeKeptApartAreJoinedAndLetNothingMoreThrough() {
        let limiter = WindowLimiter(callsMax: 4)
        for second in 0..<10 {
            #expect(limiter.take(1, from: [(limit, subject: "a")], at: .seconds(second)).isAccepted)
        }
        #expect(limiter.readings.calls == 4)
        #expect(limiter.readings.joined == 6)
        // The first three lapse on time; the last seven stand for one of second 9.
        #expect(limiter.look(1, at: [(limit, subject: "a")], at: .seconds(62))[0].remaining == 3)
        #expect(limiter.look(1, at: [(limit, subject: "a")], at: .seconds(68))[0].remaining == 3)
        #expect(limiter.look(1, at: [(limit, subject: "a")], at: .seconds(69))[0].remaining == 10)
        #expect(limiter.take(1, from: [(limit, subject: "b")], at: .seconds(69)).isAccepted)
    }

    @Test func aJoinedReservationIsStillCorrected() throws {
        let limiter = WindowLimiter(callsMax: 0)
        let asked = [(limit, subject: "a")]
        let first = try #require(limiter.reserve(3, from: asked, at: .seconds(0)).reservation)
        let second = try #require(limiter.reserve(5, from: asked, at: .seconds(1)).reservation)
        limiter.adjust(second, to: 2, at: .seconds(2))
        #expect(limiter.look(1, at: asked, at: .seconds(2))[0].remaining == 5)
        // The first cannot be told from the second any more; nothing comes back.
        limiter.adjust(first, to: 0, at: .seconds(2))
        #expect(limiter.look(1, at: asked, at: .seconds(2))[0].remaining == 5)
    }
}
