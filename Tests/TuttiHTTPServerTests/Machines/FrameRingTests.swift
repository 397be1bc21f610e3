import Testing

@testable import TuttiHTTPServer

struct FrameRingTests {
    @Test func keepsTheNewestByCount() {
        var ring = FrameRing(countMax: 3, bytesMax: 1000)
        for place in 1...5 { ring.append([UInt8(place)], place: Int64(place)) }
        #expect(ring.index(behind: 1) == nil)
        #expect(behind(2, ring) == [3, 4, 5])
        #expect(behind(4, ring) == [5])
        #expect(behind(5, ring) == [])
        #expect(behind(99, ring) == [])
    }

    @Test func keepsTheNewestByBytesAndTheLastInAnyCase() {
        var ring = FrameRing(countMax: 100, bytesMax: 10)
        ring.append([UInt8](repeating: 1, count: 6), place: 1)
        ring.append([UInt8](repeating: 2, count: 6), place: 2)
        #expect(ring.index(behind: 0) == nil)
        #expect(ring.index(behind: 1) == 1)
        ring.append([UInt8](repeating: 3, count: 60), place: 3)
        #expect(ring.index(behind: 1) == nil)
        #expect(ring.frames(from: 2, bytesMax: 1)?.map(\.place) == [3])
    }

    @Test func placesMayRepeatAndLeap() {
        var ring = FrameRing(countMax: 10, bytesMax: 1000)
        for (byte, place) in [(1, 5), (2, 5), (3, 9)] as [(UInt8, Int64)] { ring.append([byte], place: place) }
        #expect(behind(4, ring) == [1, 2, 3])
        #expect(behind(5, ring) == [3])
        #expect(behind(7, ring) == [3])
        #expect(ring.lastPlace == 9)
    }

    @Test func aRingThatWasPartlyLostKnowsIt() {
        var ring = FrameRing(countMax: 1, bytesMax: 1000)
        ring.append([1], place: 5)
        ring.append([2], place: 5)
        #expect(ring.index(behind: 4) == nil)
        #expect(behind(5, ring) == [])
        #expect(ring.frames(from: 0, bytesMax: 10) == nil)
    }

    @Test func manyFramesAreFoundAtOnce() {
        var ring = FrameRing(countMax: 100, bytesMax: 1 << 20)
        for place in 1...10_000 { ring.append([UInt8(truncatingIfNeeded: place)], place: Int64(place)) }
        #expect(ring.index(behind: 9_899) == nil)
        #expect(behind(9_900, ring).count == 100)
        #expect(ring.first == 9_900)
        #expect(ring.end == 10_000)
    }

    @Test func framesComeInPiecesOfALimitedSize() {
        var ring = FrameRing(countMax: 100, bytesMax: 1000)
        for place in 1...6 { ring.append([1, 2, 3], place: Int64(place)) }
        #expect(ring.frames(from: 0, bytesMax: 7)?.count == 2)
        #expect(ring.frames(from: 5, bytesMax: 7)?.count == 1)
        #expect(ring.frames(from: 6, bytesMax: 7)?.isEmpty == true)
    }

    private func behind(_ place: Int64, _ ring: FrameRing) -> [UInt8] {
        guard let index = ring.index(behind: place) else { return [] }
        return ring.frames(from: index, bytesMax: .max)?.flatMap(\.bytes) ?? []
    }
}
