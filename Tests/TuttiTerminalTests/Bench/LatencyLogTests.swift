import Testing

@testable import TuttiTerminal

@Suite struct LatencyLogTests {
    @Test func anEmptyLogHasNoLatency() {
        #expect(LatencyLog().percentiles([0.5, 0.99]) == [0, 0])
    }

    @Test("is at most 1.6 % too high", arguments: [1, 63, 64, 65, 999, 12_345, 7_654_321, 3_600_000_000])
    func isAccurate(microseconds: Int) {
        let log = LatencyLog()
        log.add(.microseconds(microseconds))
        let milliseconds = log.percentiles([0.5])[0]
        let exact = Double(microseconds) / 1000
        #expect(milliseconds >= exact && milliseconds <= exact * 1.017)
    }

    @Test func findsTheShare() {
        let log = LatencyLog()
        for microseconds in 1...100 { log.add(.microseconds(microseconds)) }
        #expect(log.count == 100)
        let (median, high) = (log.percentiles([0.5])[0], log.percentiles([0.99])[0])
        #expect(abs(median - 0.051) < 0.001)
        #expect(abs(high - 0.100) < 0.003)
    }

    @Test func keepsWhatIsLongerThanItsRange() {
        let log = LatencyLog()
        log.add(.seconds(1 << 40))
        log.add(.seconds(-1))
        #expect(log.count == 2)
    }
}
