import TuttiCore
import TuttiStore
import TuttiTeams

/// What a run is about, as far as its workflow tells.
enum RunTitle {
    /// Only this much is decoded of an input; documents may be large.
    private struct Titled: Decodable {
        var title: String
    }

    /// The title of a roundtable's document; `nil` for other workflows, and for inputs of other releases.
    static func of(_ record: RunRecord, in store: some JournalStore) async throws -> String? {
        guard record.summary.workflow == Roundtable.name else { return nil }
        let bytes = try await store.bytes(of: record.input)
        return try? CanonicalJSON.decode(Titled.self, from: bytes).title
    }

    /// The titles of several runs, by their names.
    static func of(_ runs: [RunSummary], in store: some JournalStore) async throws -> [RunID: String] {
        var titles: [RunID: String] = [:]
        for run in runs where run.workflow == Roundtable.name {
            guard let record = try await store.run(run.id, tenant: RunReference.tenant) else { continue }
            titles[run.id] = try await of(record, in: store)
        }
        return titles
    }
}
