import FoundationEssentials
public import TuttiCore
import TuttiRuntime
import TuttiStore

/// What a workflow may ask of the engine: steps, scopes, and values of the world, each recorded under a key.
///
/// A context belongs to one scope. A closure that opens a scope (``branch(_:_:)``, ``all(_:_:key:_:)``) receives a
/// context of its own and must use that one.
public struct Context: Sendable {
    let session: RunSession
    let scope: Scope

    /// The run that is being carried out.
    public var runID: RunID { session.owner.run }
    /// The key of the scope that it belongs to, for errors that arise between two steps; empty for the run itself.
    package var place: String { scope.path }
    /// The engine's time, not recorded: for what no workflow decides by.
    package var unrecordedNow: Timestamp { session.services.clock.now() }

    // MARK: Steps

    /// Carries out `body` once: its result is in the journal before this returns, and is returned from there after
    /// any crash.
    ///
    /// A body that was cut off by a crash runs again, so it must bear that; see ``StepContext/idempotencyToken``.
    ///
    /// - Parameters:
    ///   - name: names the step in its scope; the same name again counts `#1`, `#2`.
    ///   - options: retries and the time limit of an attempt.
    /// - Returns: the value decoded from its stored bytes, the first time too.
    /// - Throws: ``StepError`` as stored, after the last attempt; `CancellationError` when the run is stopped.
    public func step<Output: Codable & Sendable>(
        _ name: String, _ options: StepOptions = StepOptions(), _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        try await StepExecution(session: session, key: try nextKey(name), fingerprint: nil, options: options).run(body)
    }

    /// As ``step(_:_:_:)-(_,_,()->Output)``, and records the hash of the input: when the run is taken up again by code
    /// that asks for the same key with another input, the run is blocked instead of going on with a wrong result.
    public func step<Input: Encodable & Sendable, Output: Codable & Sendable>(
        _ name: String, _ input: Input, _ options: StepOptions = StepOptions(),
        _ body: @escaping @Sendable (Input) async throws -> Output
    ) async throws -> Output {
        let key = try nextKey(name)
        let bytes: Data
        do {
            bytes = try session.encode(input, at: key)
        } catch {
            throw session.fault(error)
        }
        let stored = options.undo == nil ? JSONValue.null : try CanonicalJSON.decode(JSONValue.self, from: bytes)
        return try await StepExecution(
            session: session, key: key, fingerprint: Digest.sha256Hex(bytes), input: stored, options: options
        ).run {
            try await body(input)
        }
    }

    /// As the others, for an effect that brings no value, such as a message that is sent.
    public func step(
        _ name: String, _ options: StepOptions = StepOptions(), _ body: @escaping @Sendable () async throws -> Void
    ) async throws {
        let _: Nothing = try await step(name, options) {
            try await body()
            return Nothing()
        }
    }

    /// As ``step(_:_:_:)-(_,_,()->Void)``, with an input whose hash is recorded.
    public func step<Input: Encodable & Sendable>(
        _ name: String, _ input: Input, _ options: StepOptions = StepOptions(),
        _ body: @escaping @Sendable (Input) async throws -> Void
    ) async throws {
        let _: Nothing = try await step(name, input, options) { input in
            try await body(input)
            return Nothing()
        }
    }

    /// What a step without a value records: an empty object.
    struct Nothing: Codable, Sendable {}

    // MARK: Scopes

    /// Gives `body` a scope of its own, so that it can run beside others and repeat names.
    ///
    /// - Throws: what `body` throws, as ``StepError``.
    public func branch<Output: Codable & Sendable>(
        _ name: String, _ body: (Context) async throws -> Output
    ) async throws -> Output {
        let key = try nextKey(name)
        if let known = try await session.recordedScope(key, kind: .branch) {
            return try await session.value(Output.self, of: known.result, at: key)
        }
        let started = session.services.clock.now()
        let result: StepRow.Result
        do {
            let output = try await inside(Scope(path: key), body)
            result = .completed(Payload(try session.encode(output, at: key)))
        } catch {
            try session.checkActive()
            result = .failed(StepError(error, at: key))
        }
        try await session.deferRow(row(key, .branch, result, since: started))
        return try session.value(Output.self, of: result, at: key)
    }

    /// Carries out `body` for all items at once. The first failure cancels the others and is thrown.
    ///
    /// - Parameters:
    ///   - name: names the whole in its scope.
    ///   - items: at most 10,000.
    ///   - key: tells the items apart; it becomes part of the journal's keys, so it must not change over restarts.
    /// - Returns: the results in the order of the items.
    /// - Throws: ``StepError`` of the item that failed first, at every replay the same.
    public func all<Item: Sendable, Output: Codable & Sendable>(
        _ name: String = "all", _ items: [Item], key itemKey: (Item) -> String,
        _ body: @escaping @Sendable (Item, Context) async throws -> Output
    ) async throws -> [Output] {
        let key = try nextKey(name)
        if let known = try await session.recordedScope(key, kind: .all) {
            return try await session.value([Output].self, of: known.result, at: key)
        }
        let children = try children(of: key, items, itemKey)
        let started = session.services.clock.now()
        do {
            let outputs = try await runAll(children, at: key, body)
            let result = StepRow.Result.completed(Payload(try session.encode(outputs, at: key)))
            try await session.deferRow(row(key, .all, result, since: started))
            return try session.value([Output].self, of: result, at: key)
        } catch {
            try session.checkActive()
            // Which item failed first is a fact of this execution only: it must be durable before anybody sees it.
            let failure = StepError(error, at: key)
            let known = try await session.record(row(key, .all, .failed(failure), since: started))
            if let known { return try await session.value([Output].self, of: known.result, at: key) }
            throw failure
        }
    }

    /// Carries out `body` for all items at once and waits for each, whatever becomes of the others.
    ///
    /// - Returns: a result or an error an item, in the order of the items.
    /// - Throws: only when the run is stopped.
    public func allSettled<Item: Sendable, Output: Codable & Sendable>(
        _ name: String = "settled", _ items: [Item], key itemKey: (Item) -> String,
        _ body: @escaping @Sendable (Item, Context) async throws -> Output
    ) async throws -> [Result<Output, StepError>] {
        let key = try nextKey(name)
        if let known = try await session.recordedScope(key, kind: .settled) {
            return try await session.value([Settled<Output>].self, of: known.result, at: key).map(\.result)
        }
        let children = try children(of: key, items, itemKey)
        let started = session.services.clock.now()
        let session = self.session
        let settled = try await run(children) { item, ctx in
            do {
                return Settled<Output>(value: try await body(item, ctx))
            } catch {
                try session.checkActive()
                return Settled<Output>(error: StepError(error, at: ctx.scope.path))
            }
        }
        let result = StepRow.Result.completed(Payload(try session.encode(settled, at: key)))
        try await session.deferRow(row(key, .settled, result, since: started))
        return try session.value([Settled<Output>].self, of: result, at: key).map(\.result)
    }

    // MARK: Values of the world

    /// The time, the same at every replay.
    public func now(_ name: String = "now") async throws -> Timestamp {
        try await recordedValue(name, .now) { $0.clock.now() }
    }

    /// A random number, the same at every replay.
    public func random(in range: ClosedRange<Int>, _ name: String = "random") async throws -> Int {
        try await recordedValue(name, .random) { services in
            services.random.draw { generator in Int.random(in: range, using: &generator) }
        }
    }

    /// A fresh UUID (version 7) in its usual text form, the same at every replay.
    public func uuid(_ name: String = "uuid") async throws -> String {
        try await recordedValue(name, .uuid) { services in
            services.random.draw { generator in
                UUIDBits.version7(at: services.clock.now(), using: &generator).canonicalText
            }
        }
    }

    private func recordedValue<Value: Codable>(
        _ name: String, _ kind: StepKind, _ make: (RunSession.Services) -> Value
    ) async throws -> Value {
        let key = try nextKey(name)
        if let known = try await session.recorded(key, kind: kind) {
            return try await session.value(Value.self, of: known.result, at: key)
        }
        let result = StepRow.Result.completed(Payload(try session.encode(make(session.services), at: key)))
        try await session.deferRow(row(key, kind, result, since: session.services.clock.now()))
        return try session.value(Value.self, of: result, at: key)
    }

    // MARK: Pieces

    func nextKey(_ name: String) throws -> String {
        try session.checkActive()
        if scope.isForeign { session.noteOwnTask() }
        do {
            return try scope.nextKey(name)
        } catch {
            throw session.fault(error)
        }
    }

    func row(_ key: String, _ kind: StepKind, _ result: StepRow.Result, since started: Timestamp) -> StepRow {
        StepRow(key: key, kind: kind, result: result, started: started, ended: session.services.clock.now())
    }

    func inside<Output>(_ scope: Scope, _ body: (Context) async throws -> Output) async throws -> Output {
        scope.settle()
        return try await Scope.$mark.withValue(.scope(scope)) {
            try await body(Context(session: session, scope: scope))
        }
    }

    /// As ``inside(_:_:)``, for one of several branches that their parent waits for.
    ///
    /// - Parameter decides: whether the parent goes on with its result, whatever the others do.
    func inside<Output>(
        _ scope: Scope, of fork: UInt64, decides: Bool = false, _ body: (Context) async throws -> Output
    ) async throws -> Output {
        do {
            let output = try await inside(scope, body)
            session.end(branchOf: fork, decides: decides)
            return output
        } catch {
            session.end(branchOf: fork, decides: true)
            throw error
        }
    }

    /// An item of an `all` with the scope that its keys live in.
    struct Child<Item: Sendable>: Sendable {
        let index: Int
        let item: Item
        let scope: Scope
    }

    func children<Item>(of key: String, _ items: [Item], _ itemKey: (Item) -> String) throws -> [Child<Item>] {
        guard items.count <= EngineLimits.itemsMax else { throw session.fault(.tooManyItems(items.count, in: key)) }
        var known: Set<String> = []
        return try items.enumerated().map { index, item in
            let name = JournalKey.escape(itemKey(item))
            guard !name.isEmpty, name.utf8.count <= JournalKey.componentLengthMax else {
                throw session.fault(.badName(name, in: key))
            }
            guard known.insert(name).inserted else { throw session.fault(.duplicateKey(name, in: key)) }
            return Child(index: index, item: item, scope: Scope(path: "\(key)/\(name)"))
        }
    }

    func run<Item, Output: Sendable>(
        _ children: [Child<Item>], _ body: @escaping @Sendable (Item, Context) async throws -> Output
    ) async throws -> [Output] {
        let fork = session.fork(into: children.count)
        return try await withThrowingTaskGroup(of: (Int, Output).self) { group in
            for child in children {
                group.addTask {
                    try await inside(child.scope, of: fork) { ctx in (child.index, try await body(child.item, ctx)) }
                }
            }
            var outputs = [Output?](repeating: nil, count: children.count)
            for try await (index, output) in group { outputs[index] = output }
            return outputs.compactMap(\.self)
        }
    }
}

/// One item's end as it is stored.
private struct Settled<Output: Codable & Sendable>: Codable, Sendable {
    var value: Output?
    var error: StepError?

    init(value: Output) { self.value = value }
    init(error: StepError) { self.error = error }

    enum CodingKeys: String, CodingKey { case value, error }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        error = try container.decodeIfPresent(StepError.self, forKey: .error)
        // `Output` may itself be optional, so a missing value is left to its own decoding.
        value = error == nil ? try container.decode(Output.self, forKey: .value) : nil
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        if let error {
            try container.encode(error, forKey: .error)
        } else {
            try container.encode(value, forKey: .value)
        }
    }

    var result: Result<Output, StepError> {
        if let error { return .failure(error) }
        guard let value else { return .failure(StepError(code: "missing", message: "no value was stored", origin: "")) }
        return .success(value)
    }
}
