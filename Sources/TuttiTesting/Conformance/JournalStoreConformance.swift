package import TuttiCore
package import TuttiStore

/// What every store promises to the engine, in clauses that a driver's test runs one by one:
///
/// ```swift
/// @Test(arguments: JournalStoreConformance.clauses)
/// func keepsTheSeamsPromises(clause: JournalStoreConformance.Clause) async throws {
///     try await clause.check(StoreWorld(first: …, second: …, kill: …))
/// }
/// ```
package enum JournalStoreConformance {
    /// One promise.
    package struct Clause: Sendable, CustomStringConvertible {
        /// What is promised, as a sentence without its subject.
        package let description: String
        private let body: @Sendable (StoreWorld) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (StoreWorld) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// Checks the promise on a store that nothing has been written to.
        ///
        /// - Throws: ``ConformanceFailure`` when it is not kept; `StoreError`.
        package func check(_ world: StoreWorld) async throws {
            try await world.open()
            try await body(world)
        }
    }

    /// All promises.
    package static let clauses: [Clause] =
        starting + recording + owning + claiming + waking + inbox + ending + collapsing + listing
        + streaming + retention + costs + quotas + spending + allotments
}

/// A promise that a store or a memory does not keep.
public struct ConformanceFailure: Error, CustomStringConvertible {
    /// What was found instead of what.
    public let description: String
}

/// A fresh store with two writers on it, as the clauses see it.
package struct StoreWorld: Sendable {
    /// The two writers; the same object twice for a store that serves one process only.
    package let first: any JournalStore
    package let second: any JournalStore
    private let kill: @Sendable (ExecutorID) -> Void

    /// Lives on the first writer, from the beginning of each clause.
    let alice = StoreWorld.executor(1)
    /// Lives on the second one.
    let bob = StoreWorld.executor(2)

    /// - Parameter kill: makes an executor of the first writer dead, as the end of its process would.
    package init(
        first: any JournalStore, second: any JournalStore, kill: @escaping @Sendable (ExecutorID) -> Void
    ) {
        self.first = first
        self.second = second
        self.kill = kill
    }

    func open() async throws {
        try await first.openExecutor(alice, process: 1, at: Self.time(0))
        try await second.openExecutor(bob, process: 2, at: Self.time(0))
    }

    func killAlice() { kill(alice) }

    // MARK: Names and times

    static let tenant = "default"

    static func time(_ second: Int64) -> Timestamp { Timestamp(milliseconds: 1_700_000_000_000 + second * 1000) }

    static func executor(_ number: UInt64) -> ExecutorID {
        var random = SeededGenerator(seed: number)
        return ExecutorID(at: time(Int64(number)), using: &random)
    }

    static func run(_ number: UInt64) -> RunID {
        var random = SeededGenerator(seed: number)
        return RunID(at: time(Int64(number)), using: &random)
    }

    // MARK: Applying

    /// The outcome of one command by the first writer.
    @discardableResult
    func apply(_ command: JournalCommand) async throws -> JournalOutcome { try await apply(command, by: first) }

    @discardableResult
    func apply(_ command: JournalCommand, by store: any JournalStore) async throws -> JournalOutcome {
        let outcomes = try await store.apply([command])
        guard let outcome = outcomes.first, outcomes.count == 1 else {
            throw ConformanceFailure(description: "one command had \(outcomes.count) outcomes")
        }
        return outcome
    }

    /// Gives a command, and again as if its success had been reported as a failure: nothing more may happen.
    @discardableResult
    func applyTwice(_ command: JournalCommand, about run: RunID) async throws -> JournalOutcome {
        let outcome = try await apply(command)
        let before = try await snapshot(of: run)
        try expect(try await apply(command), outcome, "the outcome of the same command given again")
        try expect(try await snapshot(of: run), before, "what is stored after the same command was given again")
        return outcome
    }

    /// All that a store tells of one run.
    struct Snapshot: Hashable, CustomStringConvertible {
        var record: RunRecord?
        var steps: [StoredStep]
        var events: [RunEvent]
        var chunks: ChunkPage

        var description: String {
            let shown = steps.map { "\($0.key) \($0.kind) \($0.attempt) \($0.result)" }
            return "\(record.map { "\($0.summary)" } ?? "no run"), \(shown), \(events.map { "\($0.n) \($0.type)" })"
        }
    }

    func snapshot(of run: RunID) async throws -> Snapshot {
        Snapshot(
            record: try await second.run(run, tenant: Self.tenant), steps: try await second.steps(of: run),
            events: try await second.events(of: run, after: 0, limit: 1000),
            chunks: try await second.chunks(of: run, after: 0, limit: 1000))
    }

    func summary(of run: RunID) async throws -> RunSummary {
        guard let record = try await second.run(run, tenant: Self.tenant) else {
            throw ConformanceFailure(description: "the run \(run) is not there")
        }
        return record.summary
    }

    // MARK: Expecting

    func expect<Value: Equatable>(_ actual: Value, _ expected: Value, _ what: String, line: UInt = #line) throws {
        guard actual != expected else { return }
        throw ConformanceFailure(description: "\(what) is \(actual) instead of \(expected) (line \(line))")
    }
}
