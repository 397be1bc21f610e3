import Testing
import TuttiCore

@testable import TuttiRouting

/// Figures of real calls.
struct TrafficWindowTests {
    private func call(
        _ milliseconds: Int, isSuccess: Bool = true, first: Int? = nil, tokens: Int64 = 0, cost: Int64 = 0
    ) -> TrafficWindow.Call {
        TrafficWindow.Call(
            isSuccess: isSuccess, latency: .milliseconds(milliseconds),
            firstToken: first.map { .milliseconds($0) }, outputTokens: tokens, cost: USD(microdollars: cost))
    }

    @Test func nothingIsKnownOfNoCalls() {
        var window = TrafficWindow(minutes: 10)
        #expect(window.figures(at: .seconds(5)) == TrafficFigures())
    }

    @Test func figuresAreThoseOfTheCalls() {
        var window = TrafficWindow(minutes: 10)
        for number in 1...100 {
            window.count(call(number * 10, first: number, tokens: 10, cost: 7), at: .seconds(number))
        }
        for _ in 0..<25 { window.count(call(60_000, isSuccess: false, cost: 3), at: .seconds(100)) }
        let figures = window.figures(at: .seconds(100))
        #expect(figures.calls == 125)
        #expect(figures.successShare == 0.8)
        #expect(figures.latencyP50Milliseconds.map { abs($0 - 500) <= 31 } == true)
        #expect(figures.latencyP95Milliseconds.map { abs($0 - 950) <= 60 } == true)
        #expect(figures.firstTokenP50Milliseconds.map { abs($0 - 50) <= 3 } == true)
        #expect(figures.firstTokenP95Milliseconds.map { abs($0 - 95) <= 6 } == true)
        #expect(figures.spent == USD(microdollars: 775))
        let seconds = Double((1...100).reduce(0) { $0 + $1 * 9 }) / 1000
        #expect(figures.tokensPerSecond.map { abs($0 - 1000 / seconds) < 0.001 } == true)
    }

    @Test func aMinuteLeavesAfterTen() {
        var window = TrafficWindow(minutes: 10)
        window.count(call(100, cost: 1), at: .seconds(59))
        window.count(call(300, cost: 2), at: .seconds(61))
        #expect(window.figures(at: .seconds(599)).calls == 2)
        #expect(window.figures(at: .seconds(600)).calls == 1)
        #expect(window.figures(at: .seconds(600)).spent == USD(microdollars: 2))
        #expect(window.figures(at: .seconds(660)) == TrafficFigures())
        #expect(window.figures(at: .seconds(1_000_000)) == TrafficFigures())
    }

    @Test(arguments: UInt64(1)...8)
    func whatIsKeptIsWhatTheLastMinutesHeld(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var window = TrafficWindow(minutes: 10)
        var calls: [(minute: Int, milliseconds: Int)] = []
        var now = Duration.zero
        for _ in 0..<2000 {
            now += .milliseconds(Int.random(in: 0...5000, using: &random))
            let milliseconds = Int.random(in: 0...100_000, using: &random)
            window.count(call(milliseconds), at: now)
            calls.append((Int(now / .seconds(60)), milliseconds))
        }
        let oldest = Int(now / .seconds(60)) - 9
        let kept = calls.filter { $0.minute >= oldest }.map(\.milliseconds).sorted()
        let figures = window.figures(at: now)
        #expect(figures.calls == kept.count)
        let median = kept[(kept.count + 1) / 2 - 1]
        #expect(figures.latencyP50Milliseconds.map { abs(Int($0) - median) <= median / 16 + 1 } == true)
    }

    @Test(arguments: [0, 1, 7, 8, 15, 16, 17, 100, 999, 60_000, 2_000_000])
    func aDurationIsReadBackNearly(milliseconds: Int64) {
        var histogram = LatencyHistogram()
        histogram.add(.milliseconds(milliseconds))
        let read = histogram.quantile(0.5)?.milliseconds ?? -1
        #expect(abs(read - milliseconds) * 16 <= milliseconds)
    }

    @Test func whatIsTooLongCountsAsTheLongest() {
        var histogram = LatencyHistogram()
        histogram.add(.seconds(1_000_000))
        histogram.add(.seconds(-1))
        #expect(histogram.quantile(0)?.milliseconds == 0)
        #expect(histogram.quantile(1).map { $0 > .seconds(1900) && $0 < .seconds(2100) } == true)
        #expect(LatencyHistogram().quantile(0.5) == nil)
    }
}
