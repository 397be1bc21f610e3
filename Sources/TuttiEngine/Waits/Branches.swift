import TuttiCore
import TuttiRuntime

/// What the branches of a run's function are doing: who is awake, and who sleeps in a wait until it is called. Decides,
/// and does nothing itself.
///
/// A run is at rest when every branch sleeps: nothing goes on in it then, and nothing will before somebody calls it. So
/// it can be forgotten, and replayed when it is called. That must be exact: a run that is forgotten too early would
/// stand still with work to do.
struct Branches {
    private struct Sleeper {
        let nudge: Nudge
        /// Called since it last looked whether there is something for it.
        var isCalled = false
        var isAsleep = false
    }

    /// Branches that their parent waits for.
    private struct Fork {
        var left: Int
        var isParentAsleep = true
    }

    private var sleepers: [UInt64: Sleeper] = [:]
    private var byChild: [RunID: UInt64] = [:]
    private var forks: [UInt64: Fork] = [:]
    private var next: UInt64 = 0
    /// Branches that are not asleep; the function itself is the first.
    private var awake = 1
    /// The function has made tasks of its own that ask for steps. What they do between two of them cannot be seen.
    private var hasOwnTasks = false
    /// When the last wake was taken; the journal wakes the run for no deadline before that any more.
    private var lastWake: Timestamp?

    /// Whether nothing goes on until somebody is called.
    var isAtRest: Bool { awake == 0 && !hasOwnTasks }

    mutating func noteOwnTask() { hasOwnTasks = true }

    // MARK: Those who wait

    /// - Parameter child: the run whose end is waited for; who waits for one of thousands is called for that one alone.
    mutating func add(_ nudge: Nudge, for child: RunID?) -> UInt64 {
        next += 1
        sleepers[next] = Sleeper(nudge: nudge)
        if let child { byChild[child] = next }
        return next
    }

    mutating func remove(_ token: UInt64, for child: RunID?) {
        awaken(token)
        sleepers[token] = nil
        if let child, byChild[child] == token { byChild[child] = nil }
    }

    /// Lets a branch sleep that has looked and found nothing; `false` when it was called meanwhile and must look again.
    ///
    /// - Parameter deadline: when it goes on without a call, as the journal knows.
    mutating func fallAsleep(_ token: UInt64, until deadline: Timestamp?) -> Bool {
        guard var sleeper = sleepers[token], !sleeper.isAsleep else { return false }
        guard !sleeper.isCalled else {
            sleepers[token]?.isCalled = false
            return false
        }
        // A clock that was set back makes a deadline come a second time: only this process waits for it then.
        if let deadline, let lastWake, deadline <= lastWake { return true }
        sleeper.isAsleep = true
        sleepers[token] = sleeper
        awake -= 1
        return true
    }

    /// The branch goes on and looks: what calls it from now on calls it again.
    mutating func beginLook(_ token: UInt64) {
        awaken(token)
        sleepers[token]?.isCalled = false
    }

    private mutating func awaken(_ token: UInt64) {
        guard sleepers[token]?.isAsleep == true else { return }
        sleepers[token]?.isAsleep = false
        awake += 1
    }

    /// Calls all: they are awake from now on.
    ///
    /// - Parameter time: when a wake was taken from the journal for this.
    mutating func callAll(forWakeAt time: Timestamp? = nil) -> [Nudge] {
        if let time { lastWake = max(time, lastWake ?? time) }
        return sleepers.keys.compactMap { call($0) }
    }

    mutating func call(waiterFor child: RunID) -> Nudge? { byChild[child].flatMap { call($0) } }

    private mutating func call(_ token: UInt64) -> Nudge? {
        awaken(token)
        sleepers[token]?.isCalled = true
        return sleepers[token]?.nudge
    }

    // MARK: Forks

    /// The branch that asks waits for several others from now on.
    mutating func fork(into count: Int) -> UInt64 {
        next += 1
        guard count > 0 else { return next }
        forks[next] = Fork(left: count)
        awake += count - 1
        return next
    }

    /// One branch of a fork has ended.
    ///
    /// - Parameter decides: whether its parent goes on with it, whatever the others do. With the last one it does
    ///   anyway.
    mutating func end(branchOf id: UInt64, decides: Bool) {
        guard var fork = forks[id] else { return }
        awake -= 1
        fork.left -= 1
        if fork.isParentAsleep, decides || fork.left == 0 {
            fork.isParentAsleep = false
            awake += 1
        }
        forks[id] = fork.left == 0 ? nil : fork
    }
}
