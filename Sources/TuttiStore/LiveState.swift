package import TuttiCore

/// The state of a live run, derived from its task row: nothing is stored that could disagree with it.
package struct LiveState: Sendable {
    package var status: RunStatus
    package var reason: WaitReason?
    /// Whether nobody goes on with it until somebody takes it up by name.
    package var isUnattended: Bool

    /// - Parameters:
    ///   - isOwned: an executor has claimed it.
    ///   - isOwnerAlive: and that executor still holds its lock.
    ///   - hasQueue: executors may claim it by themselves.
    ///   - due: when it is due.
    ///   - wait: what it waits for, if it said so.
    package init(isOwned: Bool, isOwnerAlive: Bool, hasQueue: Bool, due: Timestamp?, wait: WaitReason?) {
        isUnattended = !hasQueue && !(isOwned && isOwnerAlive)
        if isOwned && isOwnerAlive {
            status = wait == nil ? .running : .waiting
            reason = wait
        } else if hasQueue && (isOwned || (wait == nil && due != nil)) {
            status = .queued
        } else {
            status = .waiting
            reason = isOwned ? .interrupted : wait ?? .interrupted
        }
    }
}
