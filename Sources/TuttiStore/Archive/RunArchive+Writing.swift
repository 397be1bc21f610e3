public import FoundationEssentials
package import TuttiCore

extension RunArchive {
    /// The document, as `docs/runs.md` describes it: what is stored, without what only holds at the moment of the
    /// export.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "schema": .string(Self.schema), "run": run.archived, "steps": .array(steps.map(\.archived)),
            "inbox": .array(inbox.map(\.archived)),
            "events": .array(events.map { $0.envelope(workflow: run.workflow) }),
        ]
        members.put(input, as: "input")
        members.put(output, as: "output")
        return .object(members)
    }

    /// The document as `tutti runs export` writes it.
    ///
    /// - Throws: `EncodingError`, which no run that was read from a store or a document leads to.
    public func document() throws -> Data { try CanonicalJSON.encodePretty(json) + Data("\n".utf8) }
}

extension [String: JSONValue] {
    /// Adds bytes as the value that they are; when that does not give back the same bytes, or looks like nothing, these
    /// stand beside it.
    fileprivate mutating func put(_ bytes: Data?, as name: String) {
        guard let bytes else {
            self[name] = .null
            return
        }
        let value = JSONValue.stored(bytes)
        self[name] = value
        if value == .null || (try? CanonicalJSON.encode(value)) != bytes {
            self[name + RunArchive.exactSuffix] = .string(bytes.base64EncodedString())
        }
    }

    fileprivate mutating func put(_ payload: StoredPayload?, as name: String) {
        guard case .inline(let bytes)? = payload else { return put(Data?.none, as: name) }
        put(bytes, as: name)
    }
}

extension RunArchive {
    /// Stands behind the name of a member that holds the exact bytes of another one.
    static let exactSuffix = "_base64"
}

extension RunSummary {
    fileprivate var archived: JSONValue {
        [
            "id": .string(id.text), "workflow": .string(workflow), "state": .string(status.rawValue),
            "reason": .text(reason), "created": .time(created), "finished": .time(finished),
            "deadline": .time(deadline), "queue": .text(queue), "cancel_requested": .bool(isCancelRequested),
            "taken_up": .int(fence), "generation": .number(generation), "parent": .text(parent?.text),
            "root": .string(root.text), "forked_from": .text(forkedFrom?.text), "error": .error(error),
        ]
    }
}

extension StoredStep {
    fileprivate var archived: JSONValue {
        guard case .object(var members) = json else { return json }
        members["undo"] = undo.map { ["name": .string($0.name), "arguments": $0.arguments] } ?? .null
        if case .completed(let payload) = result { members.put(payload, as: "result") }
        return .object(members)
    }

    /// The state as JSON names it.
    private var state: String {
        switch result {
        case .open, .waiting: "waiting"
        case .completed: "completed"
        case .failed: "failed"
        case .cancelled: "cancelled"
        }
    }

    private var error: StepError? {
        switch result {
        case .open(let error, _), .failed(let error): error
        case .completed, .cancelled, .waiting: nil
        }
    }

    /// From its start to its end.
    package var took: Duration? { ended.map { $0 - started } }

    /// Everything but the result, as programs are told.
    package var json: JSONValue {
        var due: Timestamp?
        switch result {
        case .open(_, let time): due = time
        case .waiting(let time): due = time
        case .completed, .failed, .cancelled: break
        }
        return [
            "key": .string(key), "kind": .string(kind.rawValue), "state": .string(state), "attempt": .number(attempt),
            "fingerprint": .text(fingerprint), "started": .time(started), "ended": .time(ended),
            "duration_ms": .milliseconds(took), "due": .time(due), "error": .error(error),
            "cost": cost?.json ?? .null,
        ]
    }
}

extension StepCost {
    /// As programs are told.
    package var json: JSONValue { ["microdollars": .int(microdollars), "tokens": .int(tokens)] }
}

extension InboxMessage {
    fileprivate var archived: JSONValue {
        var members: [String: JSONValue] = [
            "position": .int(position), "kind": .string(kind.rawValue), "name": .string(name), "id": .string(id),
            "shown_hash": .text(shownHash), "expires": .time(expires), "created": .time(created),
            "consumed_by": .text(consumedBy), "answer": answer?.archived ?? .null,
        ]
        members.put(payload, as: "payload")
        return .object(members)
    }
}

extension InboxAnswer {
    fileprivate var archived: JSONValue {
        var members: [String: JSONValue] = [
            "verdict": .string(verdict.rawValue), "by": .string(by), "at": .time(at), "reason": .text(reason),
        ]
        members.put(edited, as: "edited")
        return .object(members)
    }
}

extension RunEvent {
    /// The envelope of CloudEvents 1.0; `step` is an extension attribute.
    ///
    /// - Parameter workflow: the name of the run's workflow.
    package func envelope(workflow: String) -> JSONValue {
        [
            "specversion": "1.0", "id": .string(id), "type": .string(type), "source": .string("/tutti/\(workflow)"),
            "subject": .string(run.text), "time": .time(time), "step": .text(key), "data": .stored(data),
        ]
    }
}
