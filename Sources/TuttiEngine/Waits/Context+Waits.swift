import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

extension Context {
    // MARK: Time

    /// Waits this long, over restarts too: the time at which the wait ends is recorded when it begins.
    ///
    /// - Throws: `CancellationError` when the run is stopped.
    public func sleep(for duration: Duration, _ name: String = "sleep") async throws {
        let key = try nextKey(name)
        let _: Nothing = try await WaitExecution(
            session: session, key: key, kind: .sleep, limit: max(.zero, duration), reason: .timer
        ) { [session] _ in
            .completed(Payload(try session.encode(Nothing(), at: key)))
        }.run(as: Nothing.self)
    }

    // MARK: Signals

    /// Waits until somebody sends the run a signal of this name, and gives what it brings.
    ///
    /// Signals that come before anybody waits for them are kept; each is used once, the oldest first.
    ///
    /// - Parameters:
    ///   - name: the name that senders use.
    ///   - limit: how long to wait, kept over restarts; `nil` waits for ever.
    /// - Throws: ``StepError`` `wait_timeout` when the time is over, `bad_signal` when what was sent is no `Value`;
    ///   `CancellationError` when the run is stopped.
    public func signal<Value: Codable & Sendable>(
        _ name: String, as type: Value.Type = Value.self, within limit: Duration? = nil
    ) async throws -> Value {
        let key = try nextKey(name)
        return try await WaitExecution(
            session: session, key: key, kind: .signal, signals: [name], limit: limit, reason: .signal
        ) { [session] end in
            guard case .message(let message) = end else {
                return .failed(.waitTimedOut(name, after: limit ?? .zero, at: key))
            }
            let bytes = try await session.bytes(of: message.payload)
            do {
                _ = try CanonicalJSON.decode(Value.self, from: bytes)
            } catch {
                return .failed(.badSignal(name, error, at: key))
            }
            return .completed(Payload(bytes))
        }.run(as: Value.self)
    }

    /// Waits for a signal that brings nothing.
    ///
    /// - Throws: as ``signal(_:as:within:)``.
    public func signal(_ name: String, within limit: Duration? = nil) async throws {
        let _: JSONValue = try await signal(name, as: JSONValue.self, within: limit)
    }

    // MARK: Approvals

    /// Shows a value to a person and waits for the answer, however long it takes.
    ///
    /// - Parameters:
    ///   - name: what people call the approval.
    ///   - value: what is shown. An answer must quote its hash, so nobody agrees to what they have not seen.
    ///   - limit: how long an answer is waited for, kept over restarts; `nil` waits for ever.
    /// - Returns: what was shown, or what the person put in its place.
    /// - Throws: ``StepError`` `rejected`, `approval_expired`; `CancellationError` when the run is stopped. A run that
    ///   failed with one of them asks again when it is retried.
    public func approval<Value: Codable & Sendable>(
        _ name: String, showing value: Value, within limit: Duration? = nil
    ) async throws -> Value {
        try await agreement(name, showing: value, within: limit).value
    }

    /// As ``approval(_:showing:within:)``, and tells who agreed.
    package func agreement<Value: Codable & Sendable>(
        _ name: String, showing value: Value, within limit: Duration? = nil
    ) async throws -> (value: Value, answer: Decision<Value>.Answer) {
        let key = try nextKey(name)
        let stored = try await ask(name, key, value, within: limit) { (decision: StoredDecision<Value>) in
            switch decision.verdict {
            case .approved: nil
            case .rejected: .rejected(name, by: decision.answer.by, reason: decision.answer.reason, at: key)
            case .expired: .approvalExpired(name, at: key)
            }
        }
        guard case .approved(let value, let answer) = try stored.decision(at: key) else {
            throw StepError.approvalExpired(name, at: key)
        }
        return (value, answer)
    }

    /// As ``approval(_:showing:within:)``, for a workflow that goes on after a refusal as well.
    ///
    /// - Throws: `CancellationError` when the run is stopped.
    public func decision<Value: Codable & Sendable>(
        _ name: String, showing value: Value, within limit: Duration? = nil
    ) async throws -> Decision<Value> {
        let key = try nextKey(name)
        return try await ask(name, key, value, within: limit) { (_: StoredDecision<Value>) in nil }.decision(at: key)
    }

    private func ask<Value: Codable & Sendable>(
        _ name: String, _ key: String, _ value: Value, within limit: Duration?,
        refusal: @escaping @Sendable (StoredDecision<Value>) -> StepError?
    ) async throws -> StoredDecision<Value> {
        let draft = try approvalDraft(name, value, at: key)
        return try await WaitExecution(
            session: session, key: key, kind: .approval, approvals: [draft], limit: limit, reason: .approval
        ) { [session] end in
            let decision: StoredDecision<Value> = try await session.decision(of: end, shown: draft.shown.bytes, at: key)
            if let refusal = refusal(decision) { return .failed(refusal) }
            return .completed(Payload(try session.encode(decision, at: key)))
        }.run(as: StoredDecision<Value>.self)
    }

    /// What is asked, under an id that is new for each generation of the run.
    func approvalDraft(_ name: String, _ value: some Encodable, at key: String) throws -> ApprovalDraft {
        let bytes: Data
        do {
            bytes = try session.encode(value, at: key)
        } catch {
            throw session.fault(error)
        }
        guard bytes.count <= InboxLimits.payloadSizeMax else { throw session.fault(.tooLarge(bytes.count, at: key)) }
        return ApprovalDraft(
            name: name, id: "\(key)@\(session.generation)", shown: Payload(bytes), shownHash: Digest.sha256Hex(bytes),
            expires: nil)
    }
}

extension RunSession {
    /// What a person has decided, with the value that holds from now on.
    func decision<Value: Codable & Sendable>(
        of end: WaitExecution.End, shown: Data, at key: String
    ) async throws -> StoredDecision<Value> {
        guard case .message(let message) = end, let answer = message.answer, answer.verdict != .expired else {
            let at = services.clock.now()
            return StoredDecision(
                verdict: .expired, value: nil,
                answer: .init(by: InboxAnswer.engine, at: at, reason: nil, isEdited: false))
        }
        let said = Decision<Value>.Answer(
            by: answer.by, at: answer.at, reason: answer.reason, isEdited: answer.edited != nil)
        guard answer.verdict == .approved else { return StoredDecision(verdict: .rejected, value: nil, answer: said) }
        let bytes = if let edited = answer.edited { try await self.bytes(of: edited) } else { shown }
        return StoredDecision(verdict: .approved, value: try decode(Value.self, from: bytes, at: key), answer: said)
    }
}

extension StepError {
    static func badSignal(_ name: String, _ error: any Error, at key: String) -> StepError {
        StepError(
            code: "bad_signal", message: "the signal '\(name)' does not bring what the workflow expects: \(error)",
            origin: key)
    }
}
