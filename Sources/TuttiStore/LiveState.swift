package import TuttiCore

/// The state of a live run, derived from its task row: nothing is stored that could disagree with it.
package struct LiveState: Sendable {
    package var status: RunStatus
    package var reason: String?

    /// - Parameters:
    ///   - isOwned: an executor has claimed it.
    ///   - isOwnerAlive: and that executor still holds its lock.
    ///   - hasQueue: executors may claim it by themselves.
    ///   - due: when it is due.
    ///   - wait: what it waits for, if it said so.
    package init(isOwned: Bool, isOwnerAlive: Bool, hasQueue: Bool, due: Timestamp?, wait: String?) {
        if isOwned && isOwnerAlive {
            status = .running
        } else if isOwned {
            status = hasQueue ? .queued : .waiting
            reason = hasQueue ? nil : LiveState.interrupted
        } else if due != nil && hasQueue {
            status = .queued
        } else {
            status = .waiting
            reason = wait ?? LiveState.interrupted
        }
    }

    /// The run was left without an end, by a signal or by the death of its process.
    package static let interrupted = "interrupted"
}
