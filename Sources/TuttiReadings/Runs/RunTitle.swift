package import TuttiCore
package import TuttiStore
import TuttiTeams

/// What a run is about: its title, and of runs of older releases, which have none, what their workflow tells.
package enum RunTitle {
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

    private struct Asking: Decodable {
        var model: String
    }

    private static let workflows: Set<String> = [Roundtable.name, DefinedWorkflow.name, Chat.name]

    /// The title of a roundtable's document, the name of a definition, or the model of a conversation; `nil` for other
    /// workflows, and for inputs of other releases.
    package static func of(_ record: RunRecord, in store: some JournalStore) async throws -> String? {
        if let title = record.summary.title { return title }
        guard workflows.contains(record.summary.workflow) else { return nil }
        let bytes = try await store.bytes(of: record.input)
        return switch record.summary.workflow {
        case Roundtable.name: try? CanonicalJSON.decode(Titled.self, from: bytes).title
        case Chat.name: try? CanonicalJSON.decode(Asking.self, from: bytes).model
        default: try? CanonicalJSON.decode(Defined.self, from: bytes).definition.name
        }
    }

    /// The titles of several runs, by their names.
    package static func of(
        _ runs: [RunSummary], in store: some JournalStore, tenant: String
    ) async throws -> [RunID: String] {
        var titles: [RunID: String] = [:]
        for run in runs {
            if let title = run.title {
                titles[run.id] = title
                continue
            }
            guard workflows.contains(run.workflow) else { continue }
            guard let record = try await store.run(run.id, tenant: tenant) else { continue }
            titles[run.id] = try await of(record, in: store)
        }
        return titles
    }
}
