import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// What is different when a session replays an archive: nothing is carried out and nothing is written.
extension RunSession {
    /// The recorded row of a scope. A replay of an archive enters a scope whose result is known as well, so that what
    /// is inside is compared, too.
    func recordedScope(_ key: String, kind: StepKind) async throws -> StoredStep? {
        guard let check else { return try await recorded(key, kind: kind) }
        guard let row = state.withLock({ $0.takeRecorded(key) }) else { return nil }
        try match(row, kind, nil)
        return check.mustEnter(key) ? nil : row
    }

    /// Stands still until the task is cancelled or the session stopped: the journal has no answer to what is asked.
    func stand(_ check: ReplayCheck, at key: String, recorded: StoredStep?, asked: String) async throws {
        let found = recorded.map { row in
            if case .cancelled = row.result { return "a \(row.kind.rawValue) that was cancelled" }
            return "an open \(row.kind.rawValue)"
        }
        let question = ReplayCheck.Question(key: key, recorded: found ?? "nothing", asked: asked)
        let token = check.stand(at: question)
        defer { check.leave(token) }
        check.lookAgain()
        await untilStopped()
        throw CancellationError()
    }

    /// Compares a row that would be written with the one that is recorded.
    ///
    /// - Parameter follows: whether the row follows from others, so that a run that was cut off may lack it.
    func compare(_ row: StepRow, _ check: ReplayCheck, follows: Bool) async throws {
        guard let known = check[row.key] else {
            if follows, !check.hasEnd { return }
            return try await stand(check, at: row.key, recorded: nil, asked: "a \(row.kind.rawValue)")
        }
        guard let difference = known.result.difference(from: row.result) else { return }
        var replayed = difference.replayed
        if let cut = check.cutOff(in: row.key) {
            replayed =
                "no such end: it goes on with \(cut.asked) under '\(cut.key)', where the journal holds "
                + cut.recorded
        }
        throw diverge(.otherResult, row.key, recorded: difference.recorded, asked: replayed)
    }

    /// What to do when no task of the replay can go on.
    func settle(_ check: ReplayCheck) {
        switch check.decide() {
        case .none: break
        case .cutOff(let nudge): nudge.call()
        case .frontier: stop(for: .parked)
        case .diverged(let divergence):
            check.note(divergence)
            stop(for: .diverged(.diverged(divergence)))
        }
    }
}

extension StoredStep.Result {
    /// Both sides in words; `nil` when they are the same.
    func difference(from replayed: StepRow.Result) -> (recorded: String, replayed: String)? {
        switch (self, replayed) {
        case (.completed(.inline(let one)), .completed(let two)):
            JSONDifference(one, two.bytes).map { ($0.recorded, $0.replayed) }
        case (.failed(let one), .failed(let two)):
            one == two ? nil : ("the error \(one)", "the error \(two)")
        default: (words, replayed.stored.words)
        }
    }

    private var words: String {
        switch self {
        case .completed(.inline(let bytes)): "the result \(JSONDifference.describe(bytes))"
        case .completed(.blob(let hash)): "the result with the hash \(hash.prefix(12))"
        case .failed(let error): "the error \(error)"
        case .open, .waiting: "no result"
        case .cancelled: "a cancel"
        }
    }
}

extension StoredStep {
    /// Whether a step, a wait or a child has come to its end, so that a replay can go on.
    var hasAnswer: Bool {
        switch result {
        case .completed, .failed: true
        case .open, .waiting, .cancelled: false
        }
    }
}

extension Context {
    /// The ends of all items of a scope whose own end is recorded, in the order of the items. Who came first then is in
    /// the journal, and cannot be found out again.
    func ends<Item, Output: Sendable>(
        of key: String, _ check: ReplayCheck, _ children: [Child<Item>],
        _ body: @escaping @Sendable (Item, Context) async throws -> Output
    ) async -> [Result<Output, any Error>] {
        let isTime = check.enter(decided: key)
        defer { check.leave(decided: key) }
        return await withTaskGroup(of: (Int, Result<Output, any Error>)?.self) { group in
            for child in children {
                group.addTask {
                    do {
                        return (child.index, .success(try await inside(child.scope) { try await body(child.item, $0) }))
                    } catch {
                        return (child.index, .failure(error))
                    }
                }
            }
            group.addTask {
                await isTime.wait()
                return nil
            }
            var ends = [Result<Output, any Error>?](repeating: nil, count: children.count)
            var left = children.count
            for await end in group {
                if let (index, result) = end {
                    ends[index] = result
                    left -= 1
                }
                if end == nil || left == 0 { group.cancelAll() }
            }
            return ends.compactMap(\.self)
        }
    }

    /// Of the ends of a decided scope the one that is recorded, else the first.
    func recordedEnd<Output: Encodable>(
        _ ends: [Result<Output, any Error>], at key: String, _ recorded: StoredStep
    ) -> Result<Output, any Error>? {
        let known = ends.first { end in
            let row: StepRow.Result
            switch end {
            case .success(let output):
                guard let bytes = try? session.encode(output, at: key) else { return false }
                row = .completed(Payload(bytes))
            case .failure(let error): row = .failed(StepError(error, at: key))
            }
            return recorded.result.difference(from: row) == nil
        }
        return known ?? ends.first { !$0.isCutOff } ?? ends.first
    }

    /// The results of all items; when the whole is recorded as failed, the failure that came first then is thrown.
    func runAll<Item, Output: Codable & Sendable>(
        _ children: [Child<Item>], at key: String, _ body: @escaping @Sendable (Item, Context) async throws -> Output
    ) async throws -> [Output] {
        guard let check = session.check, let recorded = check[key], case .failed = recorded.result else {
            return try await run(children, body)
        }
        let ends = await ends(of: key, check, children, body)
        try session.checkActive()
        let failures = ends.filter { if case .failure = $0 { true } else { false } }
        if let failure = recordedEnd(failures, at: key, recorded) { _ = try failure.get() }
        return try ends.map { try $0.get() }
    }

    /// The end of a race whose winner is recorded.
    func runDecided<Item, Output: Codable & Sendable>(
        _ children: [Child<Item>], at key: String, _ check: ReplayCheck, _ recorded: StoredStep,
        _ body: @escaping @Sendable (Item, Context) async throws -> Output
    ) async throws -> Output {
        let ends = await ends(of: key, check, children, body)
        try session.checkActive()
        let started = session.services.clock.now()
        let result: StepRow.Result
        do {
            guard let output = try recordedEnd(ends, at: key, recorded)?.get() else { throw CancellationError() }
            result = .completed(Payload(try session.encode(output, at: key)))
        } catch {
            result = .failed(StepError(error, at: key))
        }
        try await session.compare(row(key, .race, result, since: started), check, follows: false)
        return try session.value(Output.self, of: result, at: key)
    }
}

extension Result {
    /// Whether it was cancelled before it had an end of its own.
    fileprivate var isCutOff: Bool { if case .failure(is CancellationError) = self { true } else { false } }
}
