import FoundationEssentials
public import TuttiCore
import TuttiRuntime
package import TuttiStore

/// A run that was started or taken up.
public struct RunHandle<Output: Decodable & Sendable>: Sendable {
    /// Its name.
    public let id: RunID
    let engine: Engine

    /// The run's result, as soon as it has one.
    ///
    /// Cancelling the wait does not end the run.
    ///
    /// - Throws: ``RunError`` `.failed`, `.cancelled`, `.blocked` with the error that the run ended with,
    ///   `.interrupted` when it was left without an end; `StoreError` when the journal cannot be read or written.
    public var output: Output {
        get async throws {
            let record = try await engine.finalRecord(of: id)
            switch record.summary.status {
            case .completed:
                guard let stored = record.output else { return try CanonicalJSON.decode(Output.self, from: Data()) }
                return try CanonicalJSON.decode(Output.self, from: try await engine.bytes(of: stored))
            default: throw RunError.unsuccessful(record.summary)
            }
        }
    }

    /// What has happened in the run so far and what will, in order and without a gap, until the run has its end.
    public var events: RunEvents { RunEvents(run: id, engine: engine) }
}

extension Engine {
    /// A handle on a run that somebody else may work on; nothing is asked of the journal yet.
    public func handle<Output>(of id: RunID, as output: Output.Type = Output.self) -> RunHandle<Output> {
        RunHandle(id: id, engine: self)
    }

    /// Waits for the end of a run that works here or elsewhere.
    func finalRecord(of id: RunID) async throws -> RunRecord {
        let nudge = Nudge()
        let token = services.hub.watch(id, nudge)
        defer { services.hub.unwatch(id, token) }
        while true {
            try Task.checkCancellation()
            let wasAtWork = isAtWork(id)
            if let end = await sessionEnd(of: id) {
                switch end {
                case .storeFailed(let error): throw error
                case .parked:
                    if let summary = try await summary(of: id), summary.reason == WaitReason.budget.rawValue {
                        throw RunError.outOfRoom(summary, try await shortage(of: summary))
                    }
                    throw RunError.interrupted(id)
                case .ended, .leaseLost, .evicted: break
                }
            }
            try Task.checkCancellation()
            guard let record = try await record(of: id) else { throw RunError.notFound(id) }
            if record.summary.status.isFinal || record.summary.status == .blocked { return record }
            if record.summary.reason == WaitReason.budget.rawValue, !isAtWork(id) {
                throw RunError.outOfRoom(record.summary, try await shortage(of: record.summary))
            }
            if record.summary.isUnattended, !wasAtWork, !isAtWork(id) {
                throw RunError.interrupted(id)
            }
            await nudge.wait(atMost: options.poll, on: services.clock)
        }
    }
}

extension RunError {
    static func interrupted(_ id: RunID) -> RunError {
        RunError(.interrupted, "the run was interrupted; `tutti runs resume \(id)` goes on with it", run: id)
    }

    static func unsuccessful(_ run: RunSummary) -> RunError {
        let cause = run.error.map { ": \($0.message)" } ?? ""
        let origin = run.error.flatMap { $0.origin.isEmpty ? nil : " at \($0.origin)" } ?? ""
        return switch run.status {
        case .cancelled: RunError(.cancelled, "the run \(run.id) was cancelled", run: run.id, status: run.status)
        case .blocked:
            RunError(
                .blocked, "the run \(run.id) is blocked (\(run.reason ?? "unknown"))\(cause)", run: run.id,
                status: run.status, cause: run.error)
        default:
            RunError(
                .failed, "the run \(run.id) failed\(origin)\(cause)", run: run.id, status: run.status,
                cause: run.error)
        }
    }
}

extension Engine {
    /// Whether nothing more will happen in a run until somebody takes it up.
    func isOver(_ id: RunID) async throws -> Bool {
        if isAtWork(id) { return false }
        guard let summary = try await summary(of: id) else { throw RunError.notFound(id) }
        return summary.status.isFinal || summary.status == .blocked || summary.isUnattended
    }

    // MARK: Patient reads

    func record(of id: RunID) async throws(StoreError) -> RunRecord? {
        let tenant = options.tenant
        return try await services.reads { store throws(StoreError) in try await store.run(id, tenant: tenant) }
    }

    package func summary(of id: RunID) async throws(StoreError) -> RunSummary? { try await record(of: id)?.summary }

    fileprivate func bytes(of payload: StoredPayload) async throws(StoreError) -> Data {
        try await services.reads { store throws(StoreError) in try await store.bytes(of: payload) }
    }
}
