import TuttiAccess
import TuttiCore

/// How somebody names a person: a username, an address, or the beginning of an identifier.
struct UserReference: Hashable {
    /// As it was typed.
    let typed: String

    init(_ typed: String) { self.typed = typed }

    private var shown: String { CleanText.line(typed, bytesMax: 60) }

    /// People that are read at a time.
    static let pageSize = 500
    /// How many candidates an error lists.
    private static let candidatesMax = 8

    /// The one person that is meant.
    ///
    /// A whole identifier goes before everything else, so that nobody can take it as a username to be mistaken for
    /// somebody else.
    ///
    /// - Throws: ``CommandFailure`` when there is none, or more than one; `AccountError`.
    func find(in accounts: Accounts) async throws -> User {
        try await find(in: accounts.store, tenant: accounts.tenant)
    }

    /// The same in a store.
    func find(in store: any AccountStore, tenant: String) async throws -> User {
        if let id = UserID(typed), let user = try await store.user(id, tenant: tenant) { return user }
        let lowered = typed.lowercased()
        var found: [User] = []
        if let user = try await store.user(login: lowered, tenant: tenant) { found.append(user) }
        if lowered.hasPrefix(UserID.prefix + "_") {
            let all = try await Self.all(in: store, tenant: tenant)
            found += all.filter { $0.id.text.hasPrefix(lowered) && !found.contains($0) }
        }
        guard let first = found.first else {
            throw CommandFailure("there is no account '\(shown)'; 'tutti users ls' lists what there is")
        }
        guard found.count > 1 else { return first }
        let lines = found.prefix(Self.candidatesMax).map { "  \($0.id) \($0.username)" }
        throw CommandFailure(
            "'\(shown)' means several people; type more of it:\n"
                + (lines + (found.count > Self.candidatesMax ? ["  …"] : [])).joined(separator: "\n"))
    }

    /// Everybody, by username.
    static func all(of accounts: Accounts) async throws(AccountError) -> [User] {
        try await all(in: accounts.store, tenant: accounts.tenant)
    }

    private static func all(in store: any AccountStore, tenant: String) async throws(AccountError) -> [User] {
        var users: [User] = []
        while true {
            let page = try await store.users(behind: users.last?.username, tenant: tenant, limit: pageSize)
            users += page
            if page.count < pageSize { return users }
        }
    }
}
