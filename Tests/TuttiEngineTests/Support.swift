import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiStoreSQLite
import TuttiTesting

/// The stores that every engine test runs on.
enum StoreKind: String, Sendable, CaseIterable {
    case memory
    case sqlite
}

/// A store of a test, and a way to make an executor dead.
struct TestStore: Sendable {
    let journal: any JournalStore
    let kill: @Sendable (ExecutorID) -> Void
}

func withStore<Output>(_ kind: StoreKind, _ body: (TestStore) async throws -> Output) async throws -> Output {
    switch kind {
    case .memory:
        let store = MemoryJournalStore()
        return try await body(TestStore(journal: store) { store.kill($0) })
    case .sqlite:
        let path = FileManager.default.temporaryDirectory.path + "/tutti-engine-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let store = try await SQLiteJournalStore.open(HomeFolder(path: path))
        let output = try await body(TestStore(journal: store) { store.abandonExecutor($0) })
        await store.close()
        return output
    }
}

/// A workflow made of a closure.
struct Script<Output: Codable & Sendable>: Workflow {
    static var name: String { "script" }
    let body: @Sendable (Context) async throws -> Output

    init(_ body: @escaping @Sendable (Context) async throws -> Output) { self.body = body }

    func run(_ input: Int, _ ctx: Context) async throws -> Output { try await body(ctx) }
}

extension Engine {
    /// Takes up an interrupted run, or follows it where the engine's own look for work has been faster.
    func resumeOrFollow<Output>(_ id: RunID, as output: Output.Type) async throws -> RunHandle<Output> {
        do {
            return try await resume(id, as: output)
        } catch let error as RunError where error.reason == .owned {
            return handle(of: id)
        }
    }

    func start<Output>(_ script: Script<Output>, deadline: Duration? = nil) async throws -> RunHandle<Output> {
        try await start(script, 0, deadline: deadline)
    }
}

/// How a run ended, for comparing.
enum Outcome<Output: Equatable & Sendable>: Equatable, Sendable {
    case output(Output)
    case run(RunError.Reason, cause: String?)
    case store(StoreError.Code)
    case other(String)
}

extension RunHandle where Output: Equatable {
    /// How the run ended.
    var outcome: Outcome<Output> {
        get async {
            do {
                return .output(try await output)
            } catch let error as RunError {
                return .run(error.reason, cause: error.cause?.code)
            } catch let error as StoreError {
                return .store(error.code)
            } catch {
                return .other("\(error)")
            }
        }
    }
}

/// Something that happens once, and that tests wait for; the wait bears cancellation.
final class Signal: Sendable {
    private struct State {
        var isGiven = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var next: UInt64 = 0
    }

    private let state = Mutex(State())

    var isGiven: Bool { state.withLock { $0.isGiven } }

    func give() {
        let waiters = state.withLock { state in
            state.isGiven = true
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }

    /// Waits whatever becomes of the task.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isGiven = state.withLock { state in
                if state.isGiven { return true }
                state.next += 1
                state.waiters[state.next] = continuation
                return false
            }
            if isGiven { continuation.resume() }
        }
    }

    /// Waits, and throws when the task is cancelled.
    func waitUnlessCancelled() async throws {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isGiven = state.withLock { state in
                    if state.isGiven { return true }
                    state.next += 1
                    state.waiters[state.next] = continuation
                    return false
                }
                if isGiven { return continuation.resume() }
                if Task.isCancelled { release() }  // the handler may have run before there was anybody to release
            }
        } onCancel: {
            release()
        }
        try Task.checkCancellation()
    }

    private func release() {
        let waiters = state.withLock { state in
            defer { state.waiters = [:] }
            return state.waiters
        }
        for waiter in waiters.values { waiter.resume() }
    }
}

/// An error of a test's step.
struct Trouble: CodedError, Equatable {
    var code = "trouble"
    var message = "it went wrong"
    var data: JSONValue? = ["n": 1]
    var isRetryable = true
}

/// What a store tells of a run once it has ended, checked for what must always hold.
struct Evidence: Sendable {
    let record: RunRecord
    let steps: [StoredStep]
    let events: [RunEvent]

    init(_ id: RunID, in store: any JournalStore) async throws {
        guard let record = try await store.run(id, tenant: "default") else { throw RunGone() }
        self.record = record
        steps = try await store.steps(of: id)
        events = try await store.events(of: id, after: 0, limit: 10_000)
    }

    struct RunGone: Error {}

    var keys: [String] { steps.map(\.key) }
    var hasOneRowAKey: Bool { Set(keys).count == keys.count }
    var isNumberedWithoutGap: Bool { events.map(\.n) == Array(1...Int64(events.count)) }
    func count(_ type: String, key: String? = nil) -> Int {
        events.count { $0.type == type && (key == nil || $0.key == key) }
    }
}

extension TestStore {
    /// Returns when a row of the key is in the journal.
    func untilStep(_ key: String, of run: RunID) async throws {
        while try await !journal.steps(of: run).contains(where: { $0.key == key }) { await Task.yield() }
    }
}

/// Errors in the order in which they were caught.
final class Caught: Sendable {
    private let errors = Mutex<[StepError]>([])
    var all: [StepError] { errors.withLock { $0 } }
    func add(_ error: StepError) { errors.withLock { $0.append(error) } }
}

/// Counts what happens, by name.
final class Counter: Sendable {
    private let counts = Mutex<[String: Int]>([:])

    subscript(name: String) -> Int { counts.withLock { $0[name] ?? 0 } }
    var all: [String: Int] { counts.withLock { $0 } }

    func add(_ name: String) { counts.withLock { $0[name, default: 0] += 1 } }

    func until(_ name: String, atLeast count: Int) async {
        while self[name] < count { await Task.yield() }
    }
}

/// How many are inside of something at once.
final class Level: Sendable {
    private let state = Mutex((now: 0, highest: 0))
    var highest: Int { state.withLock { $0.highest } }
    func enter() { state.withLock { $0 = ($0.now + 1, max($0.highest, $0.now + 1)) } }
    func leave() { state.withLock { $0.now -= 1 } }
}
