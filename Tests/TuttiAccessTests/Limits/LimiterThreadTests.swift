import Testing
import TuttiAccess

/// Many threads at one limiter.
struct LimiterThreadTests {
    @Test func eightThreadsCountExactly() async {
        let limiter = WindowLimiter()
        let open = RateLimit(name: "open", quota: 1_000_000, window: .seconds(60))
        let narrow = RateLimit(name: "narrow", quota: 12_345, window: .seconds(60))
        let accepted = await withTaskGroup(of: Int.self) { group in
            for thread in 0..<8 {
                group.addTask {
                    (0..<10_000).filter { call in
                        _ = limiter.take(1, from: [(open, subject: "all")], at: .microseconds(call))
                        let limits = [(open, subject: "\(thread)"), (narrow, subject: "all")]
                        return limiter.take(1, from: limits, at: .microseconds(call)).isAccepted
                    }.count
                }
            }
            return await group.reduce(0, +)
        }
        #expect(accepted == 12_345)
        #expect(limiter.look(1, at: [(open, subject: "all")], at: .seconds(1))[0].remaining == 1_000_000 - 80_000)
        let own = (0..<8).map { limiter.look(1, at: [(open, subject: "\($0)")], at: .seconds(1))[0].remaining }
        #expect(own.reduce(0) { $0 + 1_000_000 - $1 } == 12_345)
    }
}
