import FoundationEssentials
import TestProcess
import Testing
import TuttiAccess
import TuttiAccessSQLite
import TuttiCore
import TuttiTesting

/// What a call fails with.
func secretFailure(_ body: () async throws -> some Any) async -> SecretError? {
    do {
        _ = try await body()
    } catch let error as SecretError {
        return error
    } catch {
        Issue.record("another error: \(error)")
    }
    return nil
}

/// Whether a text is somewhere in a file.
func has(_ bytes: Data, _ text: String) -> Bool {
    let (bytes, text) = (Array(bytes), Array(text.utf8))
    guard let first = text.first, bytes.count >= text.count else { return false }
    return bytes.indices.contains { place in
        bytes[place] == first && bytes[place...].prefix(text.count).elementsEqual(text)
    }
}

func name(_ text: String) throws -> SecretName { try #require(SecretName(text)) }

func reference(_ text: String) throws -> SecretReference { try #require(SecretReference(text)) }

/// The moment of most tests.
let noon = Timestamp(milliseconds: 1_700_000_000_000)

/// Where sealed secrets can be stored.
enum TableKind: String, CaseIterable, Sendable {
    case memory
    case file

    func make(in home: TestFolder) -> any SecretTable & AgentPreferenceTable {
        switch self {
        case .memory: MemorySecretTable()
        case .file: SQLiteAccessStore(home: home.path)
        }
    }
}

extension SecretStore {
    /// Puts a secret with what a test does not care about.
    func put(
        _ value: String, _ name: String, _ scope: SecretScope = .tenant, tenant: String = "acme"
    ) async throws -> SecretSummary {
        try await put(
            SecretText(value), name: try TuttiAccessTests.name(name), scope: scope, tenant: tenant, by: "usr_a",
            at: noon)
    }

    /// The value that a reference means for person `ann` in project `p1`, unless told otherwise.
    func read(
        _ text: String, tenant: String = "acme", project: String? = "p1", person: String? = "ann"
    ) async throws -> String? {
        try await value(of: reference(text), tenant: tenant, project: project, person: person)?.revealed
    }
}
