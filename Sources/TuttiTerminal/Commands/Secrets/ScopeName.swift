import TuttiAccess
import TuttiCore

/// Whose secret is meant, as somebody types it: `tenant`, `project:ID` or `person:NAME`.
enum ScopeName {
    /// - Parameter mustExist: whether a person has to have an account: what is kept for one who is gone can still be
    ///   listed and removed, by the whole identifier.
    /// - Throws: ``InputError`` for what is no scope; ``CommandFailure`` for a person who is not there.
    static func read(_ typed: String, mustExist: Bool, in accounts: Accounts) async throws -> SecretScope {
        if typed == "tenant" { return .tenant }
        let parts = typed.split(separator: ":", maxSplits: 1).map(String.init)
        guard parts.count == 2, ["project", "person"].contains(parts[0]) else {
            throw InputError(
                "--scope: '\(CleanText.line(typed, bytesMax: 60))' is no scope; give tenant, project:ID or person:NAME")
        }
        if parts[0] == "project" { return .project(try ProjectName.read(parts[1], for: "--scope")) }
        if !mustExist, let id = UserID(parts[1]) { return .person(id.text) }
        return .person(try await UserReference(parts[1]).find(in: accounts).id.text)
    }

    /// As ``read(_:mustExist:in:)`` takes it.
    ///
    /// - Parameter people: usernames by identifier; a person that is not there is shown by its identifier.
    static func text(_ scope: SecretScope, _ people: [String: String] = [:]) -> String {
        scope == .tenant ? "tenant" : "\(scope.level.rawValue):\(people[scope.owner] ?? scope.owner)"
    }
}
