import TuttiCore
import TuttiStore

/// Everything that is stored of a run, as one JSON document. `docs/runs.md` describes it.
struct RunExport {
    /// Names the form; a change that breaks readers gets another name.
    static let schema = "tutti.run/1"
    private static let pageSize = 1000

    let record: RunRecord
    let store: any JournalStore

    func json() async throws -> JSONValue {
        [
            "schema": .string(Self.schema), "run": run, "input": try await value(of: record.input),
            "output": try await value(of: record.output), "steps": .array(try await steps()),
            "events": .array(try await events()),
        ]
    }

    /// What is stored, without what only holds at the moment of the export.
    private var run: JSONValue {
        let summary = record.summary
        return [
            "id": .string(summary.id.text), "workflow": .string(summary.workflow),
            "state": .string(summary.status.rawValue), "reason": .text(summary.reason),
            "created": .time(summary.created), "finished": .time(summary.finished),
            "deadline": .time(summary.deadline), "queue": .text(summary.queue),
            "cancel_requested": .bool(summary.isCancelRequested), "taken_up": .int(summary.fence),
            "error": .error(summary.error), "parent": .text(summary.parent?.text),
            "forked_from": .text(summary.forkedFrom?.text), "generation": .number(summary.generation),
        ]
    }

    private func steps() async throws -> [JSONValue] {
        var values: [JSONValue] = []
        for step in try await store.steps(of: record.summary.id) {
            guard case .object(var members) = step.json else { continue }
            if case .completed(let payload) = step.result { members["result"] = try await value(of: payload) }
            values.append(.object(members))
        }
        return values
    }

    private func events() async throws -> [JSONValue] {
        var values: [JSONValue] = []
        var last: Int64 = 0
        while true {
            let page = try await store.events(of: record.summary.id, after: last, limit: Self.pageSize)
            guard let newest = page.last else { return values }
            values += page.map { $0.envelope(workflow: record.summary.workflow) }
            last = newest.n
        }
    }

    private func value(of payload: StoredPayload?) async throws -> JSONValue {
        guard let payload else { return .null }
        return .stored(try await store.bytes(of: payload))
    }
}
