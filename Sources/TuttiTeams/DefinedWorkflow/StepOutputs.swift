import Synchronization
import TuttiCore
import TuttiRuntime

/// The outputs of the steps that have ended in one execution of a definition, and those who wait for them.
///
/// It holds nothing that the journal does not hold: a replay fills it anew.
final class StepOutputs: Sendable {
    private struct State {
        var outputs: [String: JSONValue] = [:]
        var waiters: [UInt64: Nudge] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    /// A step has ended.
    func add(_ output: JSONValue, of step: String) {
        let waiters = state.withLock { state in
            state.outputs[step] = output
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.call() }
    }

    /// The outputs of these steps, as soon as all of them have ended.
    ///
    /// - Throws: `CancellationError` when the task is cancelled.
    func wait(for steps: Set<String>) async throws -> [String: JSONValue] {
        let nudge = Nudge()
        let token = state.withLock { state in
            state.next += 1
            state.waiters[state.next] = nudge
            return state.next
        }
        defer { state.withLock { _ = $0.waiters.removeValue(forKey: token) } }
        while true {
            try Task.checkCancellation()
            let found = state.withLock { $0.outputs.filter { steps.contains($0.key) } }
            if found.count == steps.count { return found }
            await nudge.wait()
        }
    }
}
