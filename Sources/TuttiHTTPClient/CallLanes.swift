import Synchronization
import TuttiRuntime

/// Where the calls of a client are carried out: on a thread of its own, and on each loop that calls come from.
final class CallLanes: Sendable {
    private struct State {
        var onLoops: [ObjectIdentifier: Mailbox] = [:]
        var isClosed = false
    }

    private let onThread = Mailbox()
    private let state = Mutex(State())

    /// What asks for a call, of a task on a loop or elsewhere; `nil` when the client is shut down.
    func mailbox(for loop: (any EventLoop)?) -> Mailbox? {
        guard let loop else { return onThread }
        return state.withLock { state in
            guard !state.isClosed else { return nil }
            if let known = state.onLoops[ObjectIdentifier(loop)] { return known }
            let mailbox = Mailbox(for: loop)
            state.onLoops[ObjectIdentifier(loop)] = mailbox
            return mailbox
        }
    }

    /// Whether the thread has been started.
    var hasThread: Bool { onThread.hasStarted }

    /// A loop has ended, and holds nothing more of the client's.
    func forget(_ loop: any EventLoop) {
        state.withLock { $0.onLoops[ObjectIdentifier(loop)] = nil }
    }

    /// Ends all calls.
    func close() {
        for mailbox in closed() { mailbox.close() }
    }

    /// Waits until what was closed has ended.
    func waitForEnd() async {
        for mailbox in closed() { await mailbox.waitForEnd() }
    }

    private func closed() -> [Mailbox] {
        state.withLock { state in
            state.isClosed = true
            return [onThread] + state.onLoops.values
        }
    }
}
