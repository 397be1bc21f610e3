import FoundationEssentials
import TuttiConfiguration
public import TuttiEngine
public import TuttiStore
import TuttiStoreSQLite

/// Teams of agents on a durable engine, in one process and one folder.
///
/// ```swift
/// let tutti = try await Tutti.open(home: "/var/lib/briefings", workflows: [Briefing()])
/// let run = try await tutti.start(Briefing(), .init(topic: "tea"))
/// print(try await run.output)
/// await tutti.close()
/// ```
///
/// Several processes of one machine may open the same folder at the same time.
public final class Tutti: Sendable {
    /// The folder that holds everything.
    public let home: String
    /// What carries out the runs.
    public let engine: Engine
    /// What was noticed on opening and is worth telling its user.
    public let notices: [String]

    private let store: SQLiteJournalStore
    /// The engine's work. It outlives the call that opened it, so it is no child of any task; ``close()`` ends it.
    private let work: Task<Void, Never>

    /// Opens a folder, and makes it when it is not there.
    ///
    /// - Parameters:
    ///   - home: the folder, which must not be on a network file system; `nil` for `$TUTTI_HOME`, else
    ///     `$XDG_DATA_HOME/tutti`, else `~/.local/share/tutti`.
    ///   - workflows: those that runs are taken up by after a crash, found by their names.
    ///   - options: how the engine works.
    /// - Throws: `StoreError` `.notWritable`, `.networkFileSystem`, `.olderVersion`, `.newerVersion`, `.corrupt`,
    ///   `.diskFull`.
    public static func open(
        home: String? = nil, workflows: [any Workflow] = [], options: EngineOptions = EngineOptions()
    ) async throws(StoreError) -> Tutti {
        let folder = HomeFolder(path: try path(of: home))
        let store = try await SQLiteJournalStore.open(folder)
        do throws(StoreError) {
            let engine = try await Engine.open(store: store, workflows: workflows, options: options)
            return Tutti(home: folder.path, engine: engine, store: store)
        } catch {
            await store.close()
            throw error
        }
    }

    private static func path(of home: String?) throws(StoreError) -> String {
        if let home { return home }
        do throws(ConfigurationError) {
            return try Home.resolve(flag: nil, environment: ProcessInfo.processInfo.environment).value
        } catch {
            throw StoreError(.notWritable, "\(error)")
        }
    }

    private init(home: String, engine: Engine, store: SQLiteJournalStore) {
        self.home = home
        self.engine = engine
        self.store = store
        notices = store.notices
        work = Task { await engine.run() }
    }

    /// Parks what is at work, and closes the folder. Parked runs can be resumed.
    public func close() async {
        engine.shutDown()
        await work.value
        await store.close()
    }

    /// Starts a run; see `Engine.start`.
    public func start<W: Workflow>(
        _ workflow: W, _ input: W.Input, idempotencyKey: String? = nil, queue: String? = nil,
        deadline: Duration? = nil, budget: Budget? = nil
    ) async throws -> RunHandle<W.Output> {
        try await engine.start(
            workflow, input, idempotencyKey: idempotencyKey, queue: queue, deadline: deadline, budget: budget)
    }

    /// What a policy would remove now; nothing is changed.
    ///
    /// - Throws: `StoreError`.
    public func retentionPlan(_ policy: RetentionPolicy) async throws(StoreError) -> RetentionReport {
        try await store.retentionPlan(policy)
    }

    /// Removes ended runs by age and count, with their files. Runs may go on meanwhile; while this home is open its
    /// file does not shrink, but new runs use what has become free.
    ///
    /// - Throws: `StoreError`, also when the task is cancelled; the next pruning goes on.
    @discardableResult
    public func prune(_ policy: RetentionPolicy) async throws(StoreError) -> RetentionReport {
        let folder = HomeFolder(path: home)
        return try await store.prune(policy) { folder.removeFiles(of: $0) }
    }
}
