import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

extension Context {
    // MARK: Looks

    /// Takes the oldest signal of this name if one has come, and does not wait for one.
    ///
    /// What it finds is the same at every replay, nothing included: a signal that comes later is for a later look or
    /// wait.
    ///
    /// - Parameter name: the name that senders use; waits of the same name take from the same signals.
    /// - Returns: what the signal brings; `nil` when none has come.
    /// - Throws: ``StepError`` `bad_signal` when what was sent is no `Value`; `CancellationError` when the run is
    ///   stopped.
    public func signalIfPresent<Value: Codable & Sendable>(
        _ name: String, as type: Value.Type = Value.self
    ) async throws -> Value? {
        let key = try nextKey(name)
        if let known = try await session.recorded(key, kind: .look) {
            return try await session.value([Value].self, of: known.result, at: key).first
        }
        guard session.check == nil else { return nil }  // a recording by code that did not look here
        let started = session.services.clock.now()
        while true {
            try session.checkActive()
            let found = try await session.messages(signals: [name], approvals: [])
            guard let message = found.min(by: { $0.position < $1.position }) else {
                // Like the time, "nothing" is a value of this moment: no closure starts before it is durable.
                let nothing: [Value] = []
                let result = StepRow.Result.completed(Payload(try session.encode(nothing, at: key)))
                try await session.deferRow(row(key, .look, result, since: started))
                return nil
            }
            let result = try await content(of: message, as: type, name, at: key)
            let draft = RecordDraft(
                row: row(key, .look, result, since: started),
                taking: InboxTake(.at(position: message.position), for: key))
            switch try await session.record(draft) {
            case .written: return try session.value([Value].self, of: result, at: key).first
            case .adopted(let known): return try await session.value([Value].self, of: known.result, at: key).first
            case .missed: continue  // another branch has taken it
            }
        }
    }

    /// What is recorded of a signal that was there: a list of one, since nothing is an empty list.
    private func content<Value: Codable & Sendable>(
        of message: InboxMessage, as type: Value.Type, _ name: String, at key: String
    ) async throws -> StepRow.Result {
        let bytes = try await session.bytes(of: message.payload)
        do {
            return .completed(Payload(try session.encode([CanonicalJSON.decode(type, from: bytes)], at: key)))
        } catch {
            return .failed(.badSignal(name, error, at: key))
        }
    }
}
