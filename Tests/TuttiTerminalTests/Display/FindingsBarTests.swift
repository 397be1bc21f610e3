import Testing
import TuttiCore

@testable import TuttiReadings
@testable import TuttiTerminal

@Suite("The bar of findings")
struct FindingsBarTests {
    static func bar(_ counts: SeverityCounts, full: Int, columns: Int) -> String {
        FindingsBar(counts: counts, full: full, columns: columns).line.text
    }

    @Test func isAsLongAsItsShare() {
        #expect(Self.bar(.init(high: 4), full: 8, columns: 8) == "▓▓▓▓")
        #expect(Self.bar(.init(critical: 2, high: 2, medium: 2, low: 2), full: 8, columns: 8) == "██▓▓▒▒░░")
        #expect(Self.bar(.init(), full: 8, columns: 8) == "")
        #expect(Self.bar(.init(), full: 0, columns: 8) == "")
    }

    @Test func aSingleFindingIsSeen() {
        #expect(Self.bar(.init(critical: 1), full: 10_000, columns: 10) == "█")
    }

    @Test(arguments: 0..<200) func isNeverLongerThanItsColumns(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let counts = SeverityCounts(
            critical: .random(in: 0...9, using: &random), high: .random(in: 0...99, using: &random),
            medium: .random(in: 0...99, using: &random), low: .random(in: 0...999, using: &random))
        let full = counts.total + .random(in: 0...50, using: &random)
        let columns = Int.random(in: 1...60, using: &random)
        let bar = Self.bar(counts, full: full, columns: columns)
        #expect(bar.count <= columns)
        #expect(bar.isEmpty == (counts.total == 0))
    }

    @Test func countsAddUpAndSpeak() {
        let sum = SeverityCounts(critical: 1, low: 2) + SeverityCounts(high: 3, low: 1)
        #expect(sum == SeverityCounts(critical: 1, high: 3, low: 3))
        #expect(sum.total == 7 && sum[.low] == 3)
        #expect(sum.sentence == "1 critical, 3 high, 3 low")
        #expect(SeverityCounts().sentence == "no findings")
    }
}
