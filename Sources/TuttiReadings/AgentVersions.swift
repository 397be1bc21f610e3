import TuttiAgents
import TuttiCore
package import TuttiStore

/// The versions of files that a run of an agent has begun with and come to.
package struct AgentVersions: Sendable {
    /// What it began with; `nil` for no files.
    package let first: String?
    /// What the latest call has left.
    package let latest: String?
    /// Each version with the key of the call that has left it, in the order of the journal.
    package let all: [(key: String, version: String)]

    /// - Parameter record: a run of `Agent`.
    /// - Throws: `StoreError`; `DecodingError` for a run of a release that differs too much.
    package init(_ record: RunRecord, in store: some JournalStore) async throws {
        let input = try CanonicalJSON.decode(AgentInput.self, from: try await store.bytes(of: record.input))
        first = input.files
        var all: [(key: String, version: String)] = []
        for step in try await store.steps(of: record.summary.id) {
            guard case .completed(let payload) = step.result, Self.isCall(step.key) else { continue }
            let value = try CanonicalJSON.decode(JSONValue.self, from: try await store.bytes(of: payload))
            if let files = value["files"]?.stringValue { all.append((step.key, files)) }
        }
        latest = all.last?.version ?? input.files
        self.all = all
    }

    /// Whether a key is of what a tool has done: `turn#1/calls#1/0/edit_file#1`, or a helper in its place.
    private static func isCall(_ key: String) -> Bool {
        let parts = key.split(separator: "/")
        return parts.count == 4 && parts[0].hasPrefix(Agent.turnScope + "#")
    }
}
