import Synchronization
import TuttiCore
import TuttiStore
import TuttiTesting

/// Holds up the first batch until a test opens it, and notes the sizes of all.
final class GatedStore: StoreDecorator {
    let base: any JournalStore
    let entered = Signal()
    let open = Signal()
    private let sizes = Mutex<[Int]>([])
    var batches: [Int] { sizes.withLock { $0 } }

    init(_ base: MemoryJournalStore) { self.base = base }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        sizes.withLock { $0.append(commands.count) }
        entered.give()
        await open.wait()
        return try await base.apply(commands)
    }
}

/// Refuses every batch that holds a certain run, as a broken rule of the schema would.
final class ConstraintStore: StoreDecorator {
    let base: any JournalStore
    private let refused: RunID

    init(_ base: MemoryJournalStore, refusing refused: RunID) {
        self.base = base
        self.refused = refused
    }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        let isBroken = commands.contains { if case .start(let start) = $0 { start.id == refused } else { false } }
        if isBroken { throw StoreError(.constraint, "a rule is broken") }
        return try await base.apply(commands)
    }
}

/// Is busy whenever a run looks into its inbox.
final class BusyInboxStore: StoreDecorator {
    let base: any JournalStore
    let asked = Signal()

    init(_ base: MemoryJournalStore) { self.base = base }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        try await base.apply(commands)
    }

    func messages(
        for run: RunID, signals: [String], approvals: [String]
    ) async throws(StoreError) -> [InboxMessage] {
        asked.give()
        throw StoreError(.busy, "somebody else writes")
    }
}

/// Counts the commands that set something aside for calls, and fails when it is told to.
final class CountedCommands: StoreDecorator {
    let base: any JournalStore
    let failure = Mutex<StoreError?>(nil)
    private let count = Mutex(0)
    var allotCommands: Int { count.withLock { $0 } }

    init(_ base: any JournalStore) { self.base = base }

    func apply(_ commands: [JournalCommand]) async throws(StoreError) -> [JournalOutcome] {
        if let failure = failure.withLock({ $0 }) { throw failure }
        let allots = commands.count { if case .allot = $0 { true } else { false } }
        count.withLock { $0 += allots }
        return try await base.apply(commands)
    }
}
