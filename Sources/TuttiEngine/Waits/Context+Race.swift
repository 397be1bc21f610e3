import FoundationEssentials
import TuttiCore
import TuttiRuntime
import TuttiStore

/// One of several things that ``Context/first(_:of:)`` waits for.
public struct Wait: Sendable {
    enum Condition: Sendable {
        case signal(String)
        case approval(String, @Sendable (Context, String) throws -> ApprovalDraft)
        case timer(Duration)
    }

    let condition: Condition

    /// A signal of this name.
    public static func signal(_ name: String) -> Wait { Wait(condition: .signal(name)) }

    /// An answer to what is shown; see ``Context/decision(_:showing:within:)``.
    public static func approval(_ name: String, showing value: some Codable & Sendable) -> Wait {
        Wait(condition: .approval(name) { ctx, key in try ctx.approvalDraft(name, value, at: key) })
    }

    /// The end of a time, counted from the beginning of the wait and kept over restarts.
    public static func timer(_ duration: Duration) -> Wait { Wait(condition: .timer(duration)) }
}

/// What ``Context/first(_:of:)`` has ended with.
public struct WaitEnd: Codable, Sendable, Hashable {
    /// The position of the wait that came first, counted from 0.
    public var position: Int
    /// What a signal brought, or the record of an answer; `null` for a timer.
    var value: JSONValue

    /// What a signal brought.
    ///
    /// - Throws: `DecodingError` when it is no such value.
    public func value<Value: Decodable>(as type: Value.Type = Value.self) throws -> Value {
        try CanonicalJSON.decode(type, from: CanonicalJSON.encode(value))
    }

    /// What became of an approval.
    ///
    /// - Throws: `DecodingError` when the wait at this position was no approval of such a value.
    public func decision<Value: Codable & Sendable>(as type: Value.Type = Value.self) throws -> Decision<Value> {
        try value(as: StoredDecision<Value>.self).decision(at: "")
    }
}

extension Context {
    // MARK: Races

    /// Waits for several things at once and ends with the first.
    ///
    /// It is one wait: only what it ends with is used up. Signals that lost stay for a later wait, approvals that lost
    /// are withdrawn.
    ///
    /// - Throws: `CancellationError` when the run is stopped.
    /// - Precondition: at least one wait.
    public func first(_ name: String = "first", of waits: Wait...) async throws -> WaitEnd {
        precondition(!waits.isEmpty, "a race needs somebody who runs")
        let key = try nextKey(name)
        var positions: [String: Int] = [:]
        var signals: [String] = []
        var approvals: [ApprovalDraft] = []
        var timer: (limit: Duration, position: Int)?
        for (position, wait) in waits.enumerated() {
            switch wait.condition {
            case .signal(let name):
                signals.append(name)
                positions["signal " + name] = positions["signal " + name] ?? position
            case .approval(_, let draft):
                var draft = try draft(self, key)
                draft.id = "\(key)/\(position)@\(session.generation)"
                approvals.append(draft)
                positions["approval " + draft.id] = position
            case .timer(let limit): if limit < timer?.limit ?? limit + .seconds(1) { timer = (limit, position) }
            }
        }
        let shown = Dictionary(approvals.map { ($0.id, $0.shown.bytes) }, uniquingKeysWith: { first, _ in first })
        return try await WaitExecution(
            session: session, key: key, kind: .race, signals: signals, approvals: approvals, limit: timer?.limit,
            reason: approvals.isEmpty ? signals.isEmpty ? .timer : .signal : .approval
        ) { [session, positions, timer] end in
            let result: WaitEnd
            switch end {
            case .deadline: result = WaitEnd(position: timer?.position ?? 0, value: .null)
            case .message(let message) where message.kind == .approval:
                let decision: StoredDecision<JSONValue> = try await session.decision(
                    of: end, shown: shown[message.id] ?? Data(), at: key)
                let value = try CanonicalJSON.decode(JSONValue.self, from: session.encode(decision, at: key))
                result = WaitEnd(position: positions["approval " + message.id] ?? 0, value: value)
            case .message(let message):
                let bytes = try await session.bytes(of: message.payload)
                let value = try session.decode(JSONValue.self, from: bytes, at: key)
                result = WaitEnd(position: positions["signal " + message.name] ?? 0, value: value)
            }
            return .completed(Payload(try session.encode(result, at: key)))
        }.run(as: WaitEnd.self)
    }

    /// Carries out `body` for all items at once and ends with the first that ends, by its result or by its error. The
    /// others are cancelled.
    ///
    /// Who was first is recorded before it is told: a replay never takes another one.
    ///
    /// - Parameters:
    ///   - name: names the whole in its scope.
    ///   - items: at most 10,000, at least one.
    ///   - key: tells the items apart, as in ``all(_:_:key:_:)``.
    /// - Throws: ``StepError`` of the item that ended first, when it failed.
    public func race<Item: Sendable, Output: Codable & Sendable>(
        _ name: String = "race", _ items: [Item], key itemKey: (Item) -> String,
        _ body: @escaping @Sendable (Item, Context) async throws -> Output
    ) async throws -> Output {
        precondition(!items.isEmpty, "a race needs somebody who runs")
        let key = try nextKey(name)
        if let known = try await session.recordedScope(key, kind: .race) {
            return try await session.value(Output.self, of: known.result, at: key)
        }
        let children = try children(of: key, items, itemKey)
        if let check = session.check, let recorded = check[key] {
            return try await runDecided(children, at: key, check, recorded, body)
        }
        let started = session.services.clock.now()
        defer { session.leave(scope: key) }
        let fork = session.fork(into: children.count)
        return try await withThrowingTaskGroup(of: Output.self) { group in
            for child in children {
                group.addTask {
                    try await inside(child.scope, of: fork, decides: true) { ctx in try await body(child.item, ctx) }
                }
            }
            defer { group.cancelAll() }
            let result: StepRow.Result
            do {
                guard let output = try await group.next() else { throw CancellationError() }
                result = .completed(Payload(try session.encode(output, at: key)))
            } catch {
                try session.checkActive()
                result = .failed(StepError(error, at: key))
            }
            let row = row(key, .race, result, since: started)
            if let known = try await session.record(closing: row) {
                return try await session.value(Output.self, of: known.result, at: key)
            }
            return try session.value(Output.self, of: result, at: key)
        }
    }
}
