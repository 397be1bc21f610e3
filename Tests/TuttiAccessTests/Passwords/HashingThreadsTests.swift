import Glibc
import Synchronization
import Testing
import TuttiRuntime

@testable import TuttiAccess

struct HashingThreadsTests {
    /// Work that keeps a thread until it is let go.
    final class Gate: Sendable {
        private let begun = Semaphore()
        private let open = Semaphore()

        /// Runs on a hashing thread.
        func hold() {
            begun.signal()
            open.wait()
        }

        func letGo() { open.signal() }

        /// Waits on a thread of its own until the work has begun.
        func hasBegun() async {
            await withCheckedContinuation { continuation in
                PosixThread.start(name: "gate") { [begun] in
                    begun.wait()
                    continuation.resume()
                }
            }
        }
    }

    /// Waits until so many wait in the line.
    static func wait(for count: Int, in threads: HashingThreads) async {
        while threads.waiting != count { await Task.yield() }
    }

    @Test func workRunsOnThreadsOfLowPriority() async throws {
        @Sendable func priority() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
        let threads = HashingThreads(threads: 1, waitingMax: 1)
        let ours = priority()
        #expect(try await threads.run { priority() } == max(ours, HashingThreads.niceness))
        #expect(priority() == ours)
    }

    @Test func tooManyAreSentAwayAtOnce() async throws {
        let (threads, gate) = (HashingThreads(threads: 1, waitingMax: 1), Gate())
        async let held: Void = threads.run { gate.hold() }
        await gate.hasBegun()
        async let waiting = threads.run { 2 }
        await Self.wait(for: 1, in: threads)
        let error = await #expect(throws: PasswordError.self) { try await threads.run { 3 } }
        #expect(error?.code == .busy)
        #expect(error?.retryAfter == .seconds(1))
        gate.letGo()
        #expect(try await waiting == 2)
        try await held
        #expect(try await threads.run { 4 } == 4)  // there is room again
    }

    @Test func whoIsCancelledLeavesTheLine() async throws {
        let (threads, gate) = (HashingThreads(threads: 1, waitingMax: 1), Gate())
        async let held: Void = threads.run { gate.hold() }
        await gate.hasBegun()
        let ran = Flag()
        let task = Task { try await threads.run { ran.raise() } }
        await Self.wait(for: 1, in: threads)
        task.cancel()
        let error = await #expect(throws: PasswordError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(threads.waiting == 0)
        async let next = threads.run { 5 }
        await Self.wait(for: 1, in: threads)
        gate.letGo()
        #expect(try await next == 5)
        try await held
        #expect(!ran.isRaised)
    }

    @Test func whoIsCancelledBeforeNeverEnters() async throws {
        let threads = HashingThreads(threads: 1, waitingMax: 1)
        let ran = Flag()
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            try await threads.run { ran.raise() }
        }
        let error = await #expect(throws: PasswordError.self) { try await task.value }
        #expect(error?.code == .cancelled)
        #expect(!ran.isRaised)
    }

    @Test func workThatHasBegunGoesOn() async throws {
        let (threads, gate) = (HashingThreads(threads: 1, waitingMax: 0), Gate())
        let task = Task {
            try await threads.run { () -> Int in
                gate.hold(); return 7
            }
        }
        await gate.hasBegun()
        task.cancel()
        gate.letGo()
        #expect(try await task.value == 7)
    }

    @Test func manyCallersAllGetTheirOwnAnswer() async throws {
        let threads = HashingThreads(threads: 2, waitingMax: 500)
        let answers = try await withThrowingTaskGroup(of: (Int, Int).self) { group in
            for number in 0..<500 { group.addTask { (number, try await threads.run { number * 2 }) } }
            return try await group.reduce(into: [Int: Int]()) { $0[$1.0] = $1.1 }
        }
        #expect(answers.count == 500)
        #expect(answers.allSatisfy { $0.value == $0.key * 2 })
    }

    private final class Flag: Sendable {
        private let value = Atomic(false)
        var isRaised: Bool { value.load(ordering: .acquiring) }
        func raise() { value.store(true, ordering: .releasing) }
    }
}
