import Synchronization

/// How many runs of how many steps, and how many of them at once.
struct BenchPlan: Sendable {
    var workflows: Int
    var steps: Int
    var concurrency: Int

    private final class Tally: Sendable {
        let next = Atomic(0)
        let errors = Atomic(0)
    }

    /// Calls `body` for each number, `concurrency` at a time, and counts the calls that threw.
    func carryOut(_ body: @escaping @Sendable (Int) async throws -> Void) async -> Int {
        let tally = Tally()
        await withDiscardingTaskGroup { group in
            for _ in 0..<min(concurrency, workflows) {
                group.addTask { await carryOutSome(tally, body) }
            }
        }
        return tally.errors.load(ordering: .relaxed)
    }

    private func carryOutSome(_ tally: Tally, _ body: @Sendable (Int) async throws -> Void) async {
        while true {
            let number = tally.next.add(1, ordering: .relaxed).oldValue
            guard number < workflows else { return }
            do {
                try await body(number)
            } catch {
                tally.errors.add(1, ordering: .relaxed)
            }
        }
    }
}
