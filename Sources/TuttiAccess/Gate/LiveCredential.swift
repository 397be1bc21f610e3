import Synchronization
package import TuttiCore

/// A session or a key that somebody shows at the moment, with what it stands for, until something about it changes.
///
/// Whoever changes an account makes it stale, and everybody who holds on to it sees that at once, with no list to be
/// searched.
package final class LiveCredential: Sendable {
    package let principal: Principal
    /// When what was shown ends by itself; `nil` for what goes on as long as it is used, such as a session.
    package let expires: Timestamp?
    private let isOver = Atomic(false)
    private let watchers = Mutex<[Int: @Sendable () -> Void]>([:])
    private let watchersEver = Atomic(0)

    package init(_ principal: Principal, expires: Timestamp? = nil) {
        self.principal = principal
        self.expires = expires
    }

    /// Whether it has to be looked up again.
    package var isStale: Bool { isOver.load(ordering: .acquiring) }

    /// Has `action` called when it becomes stale.
    ///
    /// - Returns: what ``forget(_:)`` takes; `nil` when it is stale already, and nothing is going to be called.
    package func whenStale(_ action: @escaping @Sendable () -> Void) -> Int? {
        let number = watchersEver.add(1, ordering: .relaxed).newValue
        return watchers.withLock { watchers in
            if isStale { return nil }
            watchers[number] = action
            return number
        }
    }

    /// Whether somebody waits for it to become stale.
    var isWatched: Bool { watchers.withLock { !$0.isEmpty } }

    /// Calls the action of that number no more.
    package func forget(_ number: Int) { watchers.withLock { _ = $0.removeValue(forKey: number) } }

    package func becomeStale() {
        let actions = watchers.withLock { watchers in
            isOver.store(true, ordering: .releasing)
            defer { watchers.removeAll() }
            return Array(watchers.values)
        }
        for action in actions { action() }
    }
}
