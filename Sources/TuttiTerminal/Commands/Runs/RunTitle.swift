import TuttiCore
import TuttiStore
import TuttiTeams

/// What a run is about, as far as its workflow tells.
enum RunTitle {
    /// Only this much is decoded of an input; documents may be large.
    private struct Titled: Decodable {
        var title: String
    }

    private struct Defined: Decodable {
        struct Definition: Decodable {
            var name: String
        }

        var definition: Definition
    }

    private static let workflows: Set<String> = [Roundtable.name, DefinedWorkflow.name]

    /// The title of a roundtable's document, or the name of a definition; `nil` for other workflows, and for inputs of
    /// other releases.
    static func of(_ record: RunRecord, in store: some JournalStore) async throws -> String? {
        guard workflows.contains(record.summary.workflow) else { return nil }
        let bytes = try await store.bytes(of: record.input)
        guard record.summary.workflow == Roundtable.name else {
            return try? CanonicalJSON.decode(Defined.self, from: bytes).definition.name
        }
        return try? CanonicalJSON.decode(Titled.self, from: bytes).title
    }

    /// The titles of several runs, by their names.
    static func of(_ runs: [RunSummary], in store: some JournalStore) async throws -> [RunID: String] {
        var titles: [RunID: String] = [:]
        for run in runs where workflows.contains(run.workflow) {
            guard let record = try await store.run(run.id, tenant: RunReference.tenant) else { continue }
            titles[run.id] = try await of(record, in: store)
        }
        return titles
    }
}
