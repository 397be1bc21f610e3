import TuttiCore
import TuttiStore

/// Which runs an engine works on, who waits for them, and whether it takes new ones: decides, and does nothing itself.
struct EngineState {
    typealias Waiter = CheckedContinuation<SessionEnd?, Never>

    /// A run that belongs to this engine.
    struct LiveRun {
        enum Work {
            case session(RunSession)
            /// The session was evicted and has not ended yet.
            case leaving(RunSession)
            /// It waits, and nothing of it is in memory: whoever has something for it has it taken up.
            case resting
        }

        let owner: Owner
        /// What it is carried out by, now and when it comes back: it need not be one that the engine knows by its name.
        let workflow: any Workflow
        var work: Work
        var takesSlot: Bool
        /// Nothing of it is carried out: it waits for a signal, a person, a time or a child.
        var isWaiting = false
        /// There is something for it that came after its session was evicted.
        var isCalled = false
        /// It is to be given back instead of being taken up.
        var isParked = false
        var waiters: [UInt64: Waiter] = [:]

        /// A run that waits leaves its slot to others; else parents could keep their own children out.
        var occupiesSlot: Bool { takesSlot && !isWaiting }

        var session: RunSession? {
            switch work {
            case .session(let session), .leaving(let session): session
            case .resting: nil
            }
        }
    }

    var running: [RunID: LiveRun] = [:]
    private(set) var isShuttingDown = false
    /// Runs that only wait, and could leave memory.
    var rests = RestQueue()
    var restingCount = 0
    /// Runs that are being claimed by name.
    private var claiming: Set<RunID> = []
    /// Owned runs that are to be taken up: those that rest and were called, and those of queues that were left without
    /// an end because the journal could not be written for a while.
    var unfinished: [Owner] = []
    private var slotsReserved = 0
    /// Runs at work that occupy a slot.
    private var slotsOccupied = 0
    private var tokens: UInt64 = 0

    // MARK: Runs

    enum Admission {
        /// It may work; a session of an earlier claim, if there is one, must be stopped.
        case admitted(former: RunSession?)
        /// A session of the same claim, or of a later one, is at work.
        case isAtWork
        /// The engine takes no more work.
        case refused
    }

    mutating func admit(_ session: RunSession, of workflow: any Workflow, takesSlot: Bool) -> Admission {
        if isShuttingDown { return .refused }
        let known = running[session.owner.run]
        if let known, known.owner.fence >= session.owner.fence {
            guard case .resting = known.work, known.owner == session.owner else { return .isAtWork }
        }
        // Whoever waits for the run goes on to wait for its new session.
        let live = LiveRun(
            owner: session.owner, workflow: workflow, work: .session(session), takesSlot: takesSlot,
            waiters: known?.waiters ?? [:])
        put(live)
        rests.remove(session.owner.run)
        return .admitted(former: known?.session)
    }

    /// Takes out a session that has ended, and gives those who wait for its end. One that was evicted leaves its run
    /// with the engine, and its waiters wait on.
    mutating func remove(_ session: RunSession, _ end: SessionEnd) -> [Waiter] {
        guard var live = running[session.owner.run], live.session === session else { return [] }
        if case .evicted = end {
            live.work = .resting
            live.isWaiting = true
            put(live)
            if live.isCalled { unfinished.append(live.owner) }
            return []
        }
        if case .storeFailed(let error) = end, error.isTransient, live.takesSlot, !isShuttingDown {
            unfinished.append(session.owner)
        }
        return drop(live)
    }

    private mutating func put(_ live: LiveRun) {
        let known = running.updateValue(live, forKey: live.owner.run)
        slotsOccupied += (live.occupiesSlot ? 1 : 0) - (known?.occupiesSlot == true ? 1 : 0)
        restingCount += (live.session == nil ? 1 : 0) - (known.map { $0.session == nil } == true ? 1 : 0)
    }

    mutating func drop(_ live: LiveRun) -> [Waiter] {
        running[live.owner.run] = nil
        rests.remove(live.owner.run)
        if live.occupiesSlot { slotsOccupied -= 1 }
        if live.session == nil { restingCount -= 1 }
        return Array(live.waiters.values)
    }

    /// Owned runs that are to be taken up again.
    mutating func takeUnfinished() -> [Owner] {
        defer { unfinished = [] }
        return unfinished
    }

    mutating func keepUnfinished(_ owners: [Owner]) { unfinished += owners }

    /// Takes no more work, and gives the sessions that must be stopped.
    mutating func shutDown() -> [RunSession] {
        isShuttingDown = true
        return running.values.compactMap(\.session)
    }

    // MARK: Slots

    /// How many more runs of queues there is room for.
    func freeSlots(of slots: Int) -> Int {
        isShuttingDown ? 0 : max(0, slots - slotsReserved - slotsOccupied)
    }

    /// Takes note that a run waits, or works again; `true` when that has set a slot free.
    mutating func note(_ session: RunSession, isWaiting: Bool) -> Bool {
        guard var live = running[session.owner.run], live.session === session, live.isWaiting != isWaiting else {
            return false
        }
        live.isWaiting = isWaiting
        put(live)
        return live.takesSlot && isWaiting
    }

    /// Sets free slots aside for runs that are being claimed or started, at most `limit`; tells how many.
    mutating func reserveSlots(atMost limit: Int, of slots: Int) -> Int {
        let count = min(limit, freeSlots(of: slots))
        slotsReserved += count
        return count
    }

    /// Those runs are at work now, or will not be.
    mutating func returnSlots(_ count: Int) { slotsReserved -= count }

    // MARK: Claims by name

    /// Whether a run may be claimed by name: one claim at a time, and none of what is at work here unless it is to be
    /// taken over.
    mutating func beginClaim(of run: RunID, takeOver: Bool) -> Bool {
        guard takeOver || running[run] == nil else { return false }
        return claiming.insert(run).inserted
    }

    func isClaiming(_ run: RunID) -> Bool { claiming.contains(run) }

    mutating func endClaim(of run: RunID) { claiming.remove(run) }

    // MARK: Waiters

    mutating func nextToken() -> UInt64 {
        tokens += 1
        return tokens
    }

    /// `false` when the run is not at work.
    mutating func add(_ waiter: Waiter, _ token: UInt64, to run: RunID) -> Bool {
        guard running[run] != nil else { return false }
        running[run]?.waiters[token] = waiter
        return true
    }

    mutating func takeWaiter(_ token: UInt64, of run: RunID) -> Waiter? {
        running[run]?.waiters.removeValue(forKey: token)
    }
}
