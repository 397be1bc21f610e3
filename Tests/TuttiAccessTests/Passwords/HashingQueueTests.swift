import Testing

@testable import TuttiAccess

struct HashingQueueTests {
    @Test func whoCameFirstIsServedFirst() {
        var queue = HashingQueue<String>(threads: 1, waitingMax: 2)
        for name in ["a", "b", "c"] { #expect(queue.enter(queue.ticket(), name) == .waits) }
        #expect([queue.begin(), queue.begin(), queue.begin(), queue.begin()] == ["a", "b", "c", nil])
    }

    @Test func theLineHasAnEnd() {
        var queue = HashingQueue<Int>(threads: 2, waitingMax: 1)
        for job in 0..<3 { #expect(queue.enter(queue.ticket(), job) == .waits) }
        #expect(queue.enter(queue.ticket(), 3) == .busy(.seconds(1)))
        _ = queue.begin()
        #expect(queue.enter(queue.ticket(), 3) == .busy(.seconds(1)))  // who is served still takes a place
        queue.end()
        #expect(queue.enter(queue.ticket(), 3) == .waits)
    }

    @Test func theTimeToComeBackGrowsWithTheLine() {
        var queue = HashingQueue<Int>(threads: 2, waitingMax: 198)
        for job in 0..<200 { _ = queue.enter(queue.ticket(), job) }
        #expect(queue.enter(queue.ticket(), 200) == .busy(.seconds(5)))  // 100 turns of 50 ms
    }

    @Test func whoLeavesIsNotServed() {
        var queue = HashingQueue<String>(threads: 1, waitingMax: 1)
        let (first, second) = (queue.ticket(), queue.ticket())
        _ = queue.enter(first, "a")
        _ = queue.enter(second, "b")
        #expect(queue.leave(first) == "a")
        #expect(queue.leave(first) == nil)
        #expect(queue.enter(queue.ticket(), "c") == .waits)
        #expect(queue.begin() == "b")
        #expect(queue.leave(second) == nil)  // has begun
        #expect(queue.waiting == 1)
    }
}
