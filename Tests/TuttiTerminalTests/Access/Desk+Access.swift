import FoundationEssentials
import TuttiAccess
import TuttiAccessSQLite
import TuttiConfiguration
import TuttiCore
import TuttiRuntime

@testable import TuttiTerminal

/// What a home keeps of people, secrets and deeds, and short ways to have some.
extension Desk {
    static let password = "correct horse battery"

    /// Makes an account, by the command.
    @discardableResult
    func add(_ username: String, _ flags: String...) async -> Answer {
        await run(
            ["users", "add", username, "--email", "\(username)@example.org"] + flags, piping: Self.password + "\n")
    }

    /// What a command prints as JSON.
    func json(_ typed: String...) async throws -> JSONValue {
        try await json(await run(typed + ["--json"]))
    }

    func json(_ answer: Answer) async throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
    }

    /// Opens what a server would.
    func withAccess<Output>(
        setting variables: [String: String] = [:], _ body: (HomeAccess) async throws -> Output
    ) async throws -> Output {
        let environment = ["HOME": folder].merging(variables) { $1 }
        let configuration = try Configuration.load(
            home: home, settings: [:], spelling: { $0 }, environment: environment)
        let access = try HomeAccess.open(configuration, environment: environment, clock: SystemTimekeeper())
        let output = try await body(access)
        await access.close()
        return output
    }

    func user(_ name: String) async throws -> User? {
        try await withAccess { try await $0.store.user(login: name, tenant: HomeAccess.tenant) }
    }

    /// The audit log, the oldest first.
    func audit() async throws -> [AuditEntry] {
        guard hasAccess else { return [] }
        let store = SQLiteAccessStore(home: home)
        let entries = try await store.entries(AuditFilter(order: .oldestFirst, limit: 1000))
        await store.close()
        return entries
    }

    /// Actions with their outcomes, the oldest first: `user.registered done`.
    func deeds() async throws -> [String] {
        try await audit().map { "\($0.draft.action) \($0.draft.outcome)" }
    }

    var hasAccess: Bool { FileManager.default.fileExists(atPath: home + "/access.db") }
}

extension JSONValue {
    /// What a list holds.
    var listed: [JSONValue] { if case .array(let items) = self { items } else { [] } }

    /// The names of an object's members.
    var memberNames: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }
}
