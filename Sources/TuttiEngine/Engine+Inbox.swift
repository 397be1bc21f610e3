public import FoundationEssentials
import Synchronization
public import TuttiCore
import TuttiRuntime
package import TuttiStore

/// Something that a run shows to people and waits for an answer to.
public struct PendingApproval: Sendable, Hashable {
    /// The run that waits.
    public var run: RunID
    /// What the workflow calls it.
    public var name: String
    /// Tells it from others of the same name.
    public var id: String
    /// What is shown: JSON.
    public var shown: Data
    /// What an answer must quote.
    public var hash: String
    /// When it was asked.
    public var asked: Timestamp
    /// When it can be answered no more.
    public var expires: Timestamp?
}

extension Engine {
    // MARK: Signals

    /// Sends a signal to a run, which keeps it until its workflow waits for it.
    ///
    /// - Parameters:
    ///   - name: the name under which the workflow waits.
    ///   - value: what it brings.
    ///   - id: the same id for the same run is the same signal, however often it is sent; `nil` for a new one.
    /// - Throws: ``RunError`` `.notFound`, `.ended`, `.signalConflict` when the id was used with other content,
    ///   `.inboxFull`, `.tooLarge`; `StoreError`.
    public func signal(
        _ run: RunID, _ name: String, _ value: some Encodable & Sendable = JSONValue.null, id: String? = nil
    ) async throws {
        let bytes = try CanonicalJSON.encode(value)
        guard bytes.count <= InboxLimits.payloadSizeMax else {
            throw RunError(
                .tooLarge, "the signal has \(bytes.count) bytes; the limit is \(InboxLimits.payloadSizeMax)", run: run)
        }
        let now = services.clock.now()
        let id = id ?? services.random.draw { UUIDBits.version7(at: now, using: &$0).canonicalText }
        let command = SignalCommand(
            run: run, tenant: options.tenant, name: name, id: id, payload: Payload(bytes), at: now)
        switch try await services.writer.submit(.signal(command)) {
        case .notFound: throw RunError.notFound(run)
        case .alreadyEnded(let status): throw RunError.ended(run, status)
        case .signalRefused(.otherContent): throw RunError.signalConflict(id, run)
        case .signalRefused(.inboxFull(let count)): throw RunError.inboxFull(count, run)
        default:
            lookForWork()
            tellOthers()
        }
    }

    // MARK: Approvals

    /// What a run waits for people to answer, the oldest first.
    ///
    /// - Throws: ``RunError`` `.notFound`; `StoreError`.
    public func pendingApprovals(of run: RunID) async throws -> [PendingApproval] {
        guard try await summary(of: run) != nil else { throw RunError.notFound(run) }
        let open = try await store.inbox(of: run, limit: InboxLimits.waitingMax).filter { message in
            message.kind == .approval && message.answer == nil
        }
        var pending: [PendingApproval] = []
        for message in open {
            pending.append(
                PendingApproval(
                    run: run, name: message.name, id: message.id, shown: try await store.bytes(of: message.payload),
                    hash: message.shownHash ?? "", asked: message.created, expires: message.expires))
        }
        return pending
    }

    /// Agrees to what a run shows.
    ///
    /// - Parameters:
    ///   - approval: its name, or its id where several of one name are open.
    ///   - hash: the ``PendingApproval/hash`` of what the person has seen.
    ///   - edited: what the person puts in its place: JSON that the workflow can read as what it has shown.
    ///   - by: who answers.
    ///   - reason: what the person gives as the reason.
    /// - Throws: ``RunError`` `.notFound`, `.ended`, `.approvalUnknown`, `.approvalAmbiguous`, `.approvalExpired`,
    ///   `.approvalAnswered`, `.approvalChanged`; `StoreError`. Of two answers at once one is taken.
    public func approve(
        _ run: RunID, _ approval: String, hash: String, edited: JSONValue? = nil, by: String, reason: String? = nil
    ) async throws {
        try await answer(run, approval, hash, .approved, edited: edited, by: by, reason: reason)
    }

    /// Refuses what a run shows.
    ///
    /// - Throws: as ``approve(_:_:hash:edited:by:reason:)``.
    public func reject(
        _ run: RunID, _ approval: String, hash: String, by: String, reason: String? = nil
    ) async throws {
        try await answer(run, approval, hash, .rejected, edited: nil, by: by, reason: reason)
    }

    /// Now, and later than every answer before: the store takes an answer of the same person at the same time for the
    /// same one, given again after a failed commit.
    private func timeOfAnswer() -> Timestamp {
        let now = services.clock.now()
        return lastAnswer.withLock { last in
            last = Swift.max(now, last + .milliseconds(1))
            return last
        }
    }

    private func answer(
        _ run: RunID, _ approval: String, _ hash: String, _ verdict: InboxAnswer.Verdict, edited: JSONValue?,
        by: String, reason: String?
    ) async throws {
        let bytes = try edited.map { try CanonicalJSON.encode($0) }
        guard bytes?.count ?? 0 <= InboxLimits.payloadSizeMax else {
            throw RunError(
                .tooLarge, "the answer has \(bytes?.count ?? 0) bytes; the limit is \(InboxLimits.payloadSizeMax)",
                run: run)
        }
        let command = AnswerCommand(
            run: run, tenant: options.tenant, approval: approval, shownHash: hash, verdict: verdict,
            edited: bytes.map(Payload.init), reason: reason, by: by, at: timeOfAnswer())
        switch try await services.writer.submit(.answer(command)) {
        case .notFound: throw RunError.notFound(run)
        case .alreadyEnded(let status): throw RunError.ended(run, status)
        case .answerRefused(let refusal): throw RunError.refused(refusal, approval, run)
        default:
            lookForWork()
            tellOthers()
        }
    }
}

extension RunError {
    static func signalConflict(_ id: String, _ run: RunID) -> RunError {
        RunError(
            .signalConflict, "a signal with the id '\(id)' and other content was sent to \(run) before; use a new id",
            run: run)
    }

    static func inboxFull(_ count: Int, _ run: RunID) -> RunError {
        RunError(
            .inboxFull, "\(count) messages wait for \(run) already; send more when it has used some of them", run: run)
    }

    package static func refused(_ refusal: AnswerRefusal, _ approval: String, _ run: RunID) -> RunError {
        switch refusal {
        case .unknown:
            RunError(
                .approvalUnknown, "\(run) has asked for no approval '\(approval)'; `tutti runs show \(run)` lists them",
                run: run)
        case .ambiguous(let ids):
            RunError(
                .approvalAmbiguous,
                "\(run) asks for several approvals '\(approval)'; name one: "
                    + ids.joined(separator: ", "), run: run)
        case .expired(let time):
            RunError(.approvalExpired, "the approval '\(approval)' expired at \(time)", run: run)
        case .answered(let answer):
            RunError(
                .approvalAnswered,
                "the approval '\(approval)' is \(answer.verdict.rawValue) by \(answer.by) since "
                    + "\(answer.at)", run: run)
        case .otherHash(let hash):
            RunError(
                .approvalChanged,
                "what '\(approval)' shows has the hash \(hash.prefix(12)), not the one quoted; look "
                    + "at it again", run: run)
        }
    }
}
