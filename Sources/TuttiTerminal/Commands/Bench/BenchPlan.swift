import Synchronization

/// How many runs of how many steps, and how many of them at once.
struct BenchPlan: Sendable {
    var workflows: Int
    var steps: Int
    var concurrency: Int

    /// Calls `body` for each number, `concurrency` at a time, and counts the calls that threw.
    func carryOut(_ body: @escaping @Sendable (Int) async throws -> Void) async -> Int {
        let next = Atomic(0)
        let errors = Atomic(0)
        await withDiscardingTaskGroup { group in
            for _ in 0..<min(concurrency, workflows) {
                group.addTask {
                    while true {
                        let number = next.add(1, ordering: .relaxed).oldValue
                        guard number < workflows else { return }
                        do { try await body(number) } catch { errors.add(1, ordering: .relaxed) }
                    }
                }
            }
        }
        return errors.load(ordering: .relaxed)
    }
}
