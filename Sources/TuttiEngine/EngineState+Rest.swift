import TuttiCore
import TuttiStore

/// Runs that only wait: which of them leave memory, and how they come back.
extension EngineState {
    /// Whether runs are to be found by their times, since nothing in memory waits for those.
    var hasResting: Bool { restingCount > 0 }

    // MARK: Leaving memory

    /// Looks again whether a run is at rest.
    mutating func noteRest(of session: RunSession, since now: Duration) {
        guard let live = running[session.owner.run], case .session(let current) = live.work, current === session else {
            return
        }
        if session.isAtRest { rests.add(session.owner.run, since: now) } else { rests.remove(session.owner.run) }
    }

    /// Evicts the runs that have rested longest: those beyond `countMax`, and those that have since `limit` or longer.
    ///
    /// - Returns: their sessions, which have to leave.
    mutating func evict(beyond countMax: Int, restingSince limit: Duration) -> [RunSession] {
        var sessions: [RunSession] = []
        while let run = rests.takeLongest(restingSince: rests.count > countMax ? .seconds(Int64.max) : limit) {
            guard var live = running[run], case .session(let session) = live.work, session.evict() else { continue }
            live.work = .leaving(session)
            running[run] = live
            sessions.append(session)
        }
        return sessions
    }

    // MARK: Coming back

    /// What has to be done by somebody who has something for a run.
    enum Call {
        case callWaiters(of: RunSession)
        /// It was in no memory, and is taken up at the next look for work.
        case lookForWork
        case nothing
    }

    mutating func call(_ run: RunID) -> Call {
        guard let live = running[run] else { return .nothing }
        switch live.work {
        case .session(let session): return .callWaiters(of: session)
        case .leaving:
            running[run]?.isCalled = true
            return .nothing
        case .resting:
            if !live.isCalled { unfinished.append(live.owner) }
            running[run]?.isCalled = true
            return .lookForWork
        }
    }

    /// Has a run given back that is in no memory; `nil` for one that has a session, which is stopped instead.
    mutating func park(_ run: RunID) -> RunSession? {
        guard let live = running[run] else { return nil }
        if case .session(let session) = live.work { return session }
        running[run]?.isParked = true
        _ = call(run)
        return nil
    }

    /// What is to be done for an owned run that is due.
    enum Attention {
        case wake(RunSession)
        case takeUp
        case giveBack
        /// Somebody else is about to see to it.
        case later
    }

    func attention(for owner: Owner) -> Attention {
        if isClaiming(owner.run) { return .later }
        guard let live = running[owner.run], live.owner == owner else { return .takeUp }
        switch live.work {
        case .session(let session): return .wake(session)
        case .leaving: return .later
        case .resting: return live.isParked ? .giveBack : .takeUp
        }
    }

    /// What a run that rests was carried out by.
    func workflow(of owner: Owner) -> (any Workflow)? {
        running[owner.run].flatMap { $0.owner == owner ? $0.workflow : nil }
    }

    /// Forgets a run that rests no more, and gives those who wait for its end; none when it has got a session.
    mutating func dropResting(_ owner: Owner) -> [Waiter] {
        guard let live = running[owner.run], live.owner == owner, case .resting = live.work else { return [] }
        return drop(live)
    }

    /// The runs that rest, and whether they were called.
    var resting: [(owner: Owner, isCalled: Bool)] {
        running.values.filter { $0.session == nil }.map { ($0.owner, $0.isCalled) }
    }
}
