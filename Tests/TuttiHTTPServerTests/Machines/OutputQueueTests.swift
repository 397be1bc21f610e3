import Testing

@testable import TuttiHTTPServer

struct OutputQueueTests {
    @Test func everythingComesOutInOrderWhateverThePieces() {
        for step in [1, 7, 100, 5000, 1 << 20] {
            var queue = OutputQueue()
            var expected: [UInt8] = []
            for size in [3, 1, 20_000, 16_383, 16_384, 2, 40_000, 5, 5] {
                let piece = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ size) }
                queue.append(piece)
                expected += piece
            }
            #expect(queue.count == expected.count)
            #expect(drain(&queue, step) == expected)
            #expect(queue.isEmpty)
        }
    }

    @Test func aPieceCanBeginBehindWhatWasSent() {
        var queue = OutputQueue()
        queue.append([1, 2, 3, 4], skipping: 2)
        queue.append([5, 6, 7], skipping: 1)
        queue.append([8], skipping: 1)
        #expect(queue.count == 4)
        #expect(drain(&queue, 3) == [3, 4, 6, 7])
    }

    @Test func smallPiecesGoOutTogether() {
        var queue = OutputQueue()
        for byte in 0..<UInt8(100) { queue.append([byte]) }
        #expect(next(queue, space: 1000) == Array(0..<100))
        #expect(next(queue, space: 1000).count == 100)
    }

    @Test func largePiecesAreNotCopied() {
        var queue = OutputQueue()
        let large = [UInt8](repeating: 1, count: 100_000)
        queue.append(large)
        queue.append([2])
        #expect(next(queue, space: 10) == large)
    }

    @Test func appendingAfterDroppingKeepsTheOrder() {
        var queue = OutputQueue()
        queue.append([1, 2, 3])
        queue.drop(1)
        queue.append([4])
        queue.append([5])
        #expect(drain(&queue, 2) == [2, 3, 4, 5])
        queue.append([6])
        #expect(drain(&queue, 2) == [6])
    }

    private func next(_ queue: OutputQueue, space: Int) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: space, alignment: 1)
        defer { unsafe buffer.deallocate() }
        return unsafe queue.withNext(gatheringIn: buffer) { unsafe Array($0) }
    }

    private func drain(_ queue: inout OutputQueue, _ step: Int) -> [UInt8] {
        var all: [UInt8] = []
        while !queue.isEmpty {
            let sent = next(queue, space: 64 << 10).prefix(step)
            all += sent
            queue.drop(sent.count)
        }
        return all
    }
}
