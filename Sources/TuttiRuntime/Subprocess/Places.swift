import Synchronization

/// A bound on how many may do something at the same time.
final class Places: Sendable {
    private let max: Int
    private let taken = Mutex(0)

    init(max: Int) { self.max = max }

    /// Takes a place if there is one.
    func take() -> Bool {
        taken.withLock { taken in
            guard taken < max else { return false }
            taken += 1
            return true
        }
    }

    /// Gives a place back that was taken.
    func giveBack() {
        taken.withLock { taken in
            precondition(taken > 0, "a place was given back that nobody had taken")
            taken -= 1
        }
    }
}
