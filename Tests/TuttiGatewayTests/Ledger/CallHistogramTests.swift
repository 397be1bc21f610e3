import FoundationEssentials
import Testing
import TuttiCore
import TuttiGateway

struct CallHistogramTests {
    private func histogram(_ times: [Int64]) -> CallHistogram {
        times.reduce(into: CallHistogram()) { $0.add($1) }
    }

    @Test func countsUpToItsBounds() {
        let buckets = histogram([0, 1, 2, 600_001, 1_800_000, 1_800_001, .max]).buckets
        #expect(buckets.count == CallHistogram.bounds.count + 1)
        #expect(buckets[0] == 2)
        #expect(buckets[1] == 1)
        #expect(Array(buckets.suffix(2)) == [2, 2])
        #expect(CallHistogram.bounds == CallHistogram.bounds.sorted())
    }

    @Test func percentilesLieInTheBucketOfTheCall() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let times = (0..<Int.random(in: 1...50, using: &random)).map { _ in
                Int64.random(in: 0...1_000_000, using: &random)
            }.sorted()
            for percent in [1, 50, 95, 100] as [Int64] {
                let exact = times[max(0, (times.count * Int(percent) + 99) / 100 - 1)]
                let found = try #require(histogram(times).percentile(percent))
                let bounds = [0] + CallHistogram.bounds
                let bucket = bounds.lastIndex { $0 < exact } ?? 0
                #expect(found > Double(bounds[bucket]) || exact == 0)
                #expect(found <= Double(bounds[bucket + 1]))
            }
        }
    }

    @Test func knowsNothingWithoutCalls() {
        #expect(CallHistogram().percentile(50) == nil)
        #expect(CallTimes().mean == nil)
        #expect(histogram([.max]).percentile(50) == 1_800_000)
    }

    @Test func addsUpInAnyOrderAndComesBackFromBytes() {
        var random = SeededGenerator(seed: 2)
        for _ in 0..<100 {
            let times = (0..<300).map { _ in Int64.random(in: 0...3_000_000, using: &random) }
            var sum = CallHistogram()
            for part in stride(from: 0, to: 300, by: 30) {
                let isWhole = sum.add(encoded: histogram(Array(times[part..<part + 30])).encoded)
                #expect(isWhole)
            }
            #expect(sum == histogram(times))
            var other = histogram(Array(times.prefix(100)))
            other += histogram(Array(times.dropFirst(100)))
            #expect(other == sum)
        }
        let none = CallHistogram().encoded
        #expect(none.isEmpty)
    }

    @Test(arguments: [[3], [200, 1], [3, 0x80], [3] + [UInt8](repeating: 0xFF, count: 9) + [1]] as [[UInt8]])
    func noticesDamage(bytes: [UInt8]) {
        var histogram = CallHistogram()
        let isWhole = histogram.add(encoded: Data(bytes))
        #expect(!isWhole)
    }

    @Test func sumsStopAtTheLargestNumber() {
        var figures = CallFigures()
        figures.tokens.output = .max - 1
        var more = CallFigures()
        more.tokens.output = 5
        figures += more
        #expect(figures.tokens.output == .max)
    }
}
