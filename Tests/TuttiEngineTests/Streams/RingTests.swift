import Testing

@testable import TuttiEngine

struct Mark: StreamItem, Equatable {
    let place: Int64
    var size = 1
}

@Suite struct RingTests {
    private func ring(behind place: Int64 = 0, countMax: Int = 100, sizeMax: Int = 1000) -> Ring<Mark> {
        Ring(behind: place, countMax: countMax, sizeMax: sizeMax)
    }

    private func places(_ rest: Ring<Mark>.Rest) -> [Int64]? {
        if case .items(let items) = rest { items.map(\.place) } else { nil }
    }

    @Test func givesWhatIsBehindAPlace() {
        var ring = ring()
        ring.append([1, 2, 3].map { Mark(place: $0) }, through: 3)
        ring.append([4, 5].map { Mark(place: $0) }, through: 5)
        #expect(places(ring.rest(behind: 0)) == [1, 2, 3])
        #expect(places(ring.rest(behind: 2)) == [3])
        #expect(places(ring.rest(behind: 3)) == [4, 5])
        #expect(places(ring.rest(behind: 4)) == [5])
        guard case .nothing = ring.rest(behind: 5) else { return #expect(Bool(false), "there is nothing behind 5") }
    }

    @Test func letsGoOfTheOldestByNumberAndBySize() {
        var byCount = ring(countMax: 3)
        var bySize = ring(sizeMax: 30)
        for n in Int64(1)...10 {
            byCount.append([Mark(place: n)], through: n)
            bySize.append([Mark(place: n, size: 10)], through: n)
        }
        for ring in [byCount, bySize] {
            #expect(ring.base == 7)
            #expect(places(ring.rest(behind: 7)) == [8])
            guard case .gone = ring.rest(behind: 6) else { return #expect(Bool(false), "7 is gone") }
        }
    }

    @Test func keepsNothingThatIsLargerThanItself() {
        var ring = ring(sizeMax: 5)
        ring.append([Mark(place: 1, size: 6)], through: 1)
        guard case .gone = ring.rest(behind: 0) else { return #expect(Bool(false), "1 is gone") }
        guard case .nothing = ring.rest(behind: 1) else { return #expect(Bool(false), "nothing is behind 1") }
    }

    @Test func goesOnOverPlacesWithoutItems() {
        var ring = ring(behind: 10)
        ring.append([], through: 50)
        guard case .nothing = ring.rest(behind: 20) else { return #expect(Bool(false), "nothing is behind 20") }
        ring.append([Mark(place: 60)], through: 70)
        #expect(places(ring.rest(behind: 20)) == [60])
        #expect(ring.last == 70)
        guard case .gone = ring.rest(behind: 9) else { return #expect(Bool(false), "what is behind 9 is unknown") }
    }

    @Test("agrees with a list of all items", arguments: 1...50)
    func agreesWithAList(seed: UInt64) {
        var random = SeededNumbers(seed)
        var ring = ring(countMax: 20)
        var all: [Int64] = []
        for _ in 0..<40 {
            let page = (0..<random.next(6)).map { _ in Int64(random.next(3) + 1) }
            var place = ring.last
            let items = page.map { step -> Mark in
                place += step
                return Mark(place: place)
            }
            all += items.map(\.place)
            ring.append(items, through: place + Int64(random.next(2)))
            let from = Int64(random.next(Int(ring.last) + 1))
            let expected = all.filter { $0 > from }
            switch ring.rest(behind: from) {
            case .items(let items): #expect(items.map(\.place) == Array(expected.prefix(items.count)))
            case .nothing: #expect(expected.isEmpty)
            case .gone: #expect(from < ring.base && !expected.isEmpty || all.count > 20)
            }
        }
    }
}

/// Numbers that are the same for the same seed.
struct SeededNumbers {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed &* 2_654_435_769 | 1 }

    /// Below `limit`.
    mutating func next(_ limit: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Int(state % UInt64(limit))
    }
}
