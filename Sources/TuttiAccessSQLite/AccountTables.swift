import FoundationEssentials
import TuttiAccess
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// The statements about people on one connection. What writes runs within a transaction.
struct AccountTables {
    let connection: SQLConnection

    static let userColumns = """
        user.id, user.tenant, user.username, user.email, user.name, user.password, user.roles, user.is_active,
        user.created, user.updated, user.last_login, user.version, user.email_vouched
        """

    /// - Parameter first: where the columns of the person begin.
    static func user(_ row: SQLStatement, from first: Int32 = 0) throws(StoreError) -> User {
        User(
            id: UserID(trusted: row.text(first)), tenant: row.text(first + 1), username: row.text(first + 2),
            email: row.text(first + 3), isEmailVouched: row.int(first + 12) == 1, name: row.text(first + 4),
            password: row.optionalText(first + 5).flatMap { try? PasswordHash($0) },
            roles: list(row.text(first + 6)), isActive: row.int(first + 7) == 1,
            created: Timestamp(milliseconds: row.int(first + 8)), updated: Timestamp(milliseconds: row.int(first + 9)),
            lastLogin: row.optionalInt(first + 10).map(Timestamp.init(milliseconds:)),
            version: Int(row.int(first + 11)))
    }

    /// Words of which none holds a blank: roles, scopes.
    static func list(_ text: String) -> Set<String> { Set(text.split(separator: " ").map(String.init)) }
    static func text(_ list: Set<String>) -> String { list.sorted().joined(separator: " ") }

    // MARK: Reading

    func hasUsers(tenant: String) throws(StoreError) -> Bool {
        try connection.number("select exists(select 1 from user where tenant = ?1)", [.text(tenant)]) == 1
    }

    func user(_ id: UserID, tenant: String) throws(StoreError) -> User? {
        try connection.query(
            "select \(Self.userColumns) from user where id = ?1 and tenant = ?2", [.text(id.text), .text(tenant)]
        ) { row throws(StoreError) in try Self.user(row) }.first
    }

    func user(login: String, tenant: String) throws(StoreError) -> User? {
        try connection.query(
            "select \(Self.userColumns) from user where tenant = ?1 and (username = ?2 or email = ?2) limit 1",
            [.text(tenant), .text(login)]
        ) { row throws(StoreError) in try Self.user(row) }.first
    }

    func user(issuer: String, subject: String, tenant: String) throws(StoreError) -> User? {
        try connection.query(
            """
            select \(Self.userColumns) from identity join user on user.id = identity.user
            where identity.tenant = ?1 and identity.issuer = ?2 and identity.subject = ?3
            """, [.text(tenant), .text(issuer), .text(subject)]
        ) { row throws(StoreError) in try Self.user(row) }.first
    }

    func users(behind username: String?, tenant: String, limit: Int) throws(StoreError) -> [User] {
        try connection.query(
            """
            select \(Self.userColumns) from user where tenant = ?1 and (?2 is null or username > ?2)
            order by username limit ?3
            """, [.text(tenant), .text(username), .int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in try Self.user(row) }
    }

    // MARK: Writing

    /// - Returns: why nothing was done.
    func add(
        _ user: User, using code: String?, isFirst: Bool, at time: Timestamp
    ) throws(StoreError) -> AccountError? {
        if isFirst, try hasUsers(tenant: user.tenant) {
            return AccountError("not_first", "somebody has an account already; ask for an invitation")
        }
        if let taken = try takenName(of: user) { return taken }
        if let code, try !use(code, at: time) { return .codeRefused }
        try connection.run(
            "insert into user values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
            [
                .text(user.id.text), .text(user.tenant), .text(user.username), .text(user.email), .text(user.name),
                .text(user.password?.stored), .text(Self.text(user.roles)), .int(user.isActive ? 1 : 0),
                .int(user.created.milliseconds), .int(user.updated.milliseconds),
                .int(user.lastLogin?.milliseconds), .int(Int64(user.version)), .int(user.isEmailVouched ? 1 : 0),
            ])
        if isFirst {
            // What the machine's user has chosen for its agents is the owner's from now on, as all its work is.
            try connection.run(
                "update agent_preference set person = ?2 where tenant = ?1 and person = ?3",
                [.text(user.tenant), .text(user.id.text), .text(AgentPreference.machinePerson)])
        }
        return nil
    }

    /// A name must not be the address of somebody else either: whoever logs in types one of both.
    private func takenName(of user: User) throws(StoreError) -> AccountError? {
        for (text, error) in [(user.username, AccountError.usernameTaken), (user.email, .emailTaken)] {
            let other = try connection.number(
                "select 1 from user where tenant = ?1 and (username = ?2 or email = ?2) and id <> ?3",
                [.text(user.tenant), .text(text), .text(user.id.text)])
            if other != nil { return error }
        }
        return nil
    }

    /// Uses up a code; tells whether it could be used.
    private func use(_ code: String, at time: Timestamp) throws(StoreError) -> Bool {
        try connection.run(
            "delete from code where hash = ?1 and expires > ?2", [.text(code), .int(time.milliseconds)]) == 1
    }

    func change(
        _ user: User, ending: SessionsEnded, using code: String?, at time: Timestamp
    ) throws(StoreError) -> AccountError? {
        guard let before = try self.user(user.id, tenant: user.tenant) else { return .userUnknown }
        guard before.version == user.version - 1 else { return .changedMeanwhile }
        if let taken = try takenName(of: user) { return taken }
        let stays = user.isActive && user.roles.contains(User.owner)
        if !stays, try isLastOwner(before) { return .lastOwner }
        if let code, try !use(code, at: time) { return .codeRefused }
        try connection.run(
            """
            update user set username = ?2, email = ?3, name = ?4, password = ?5, roles = ?6, is_active = ?7,
                updated = ?8, version = ?9, email_vouched = ?10
            where id = ?1
            """,
            [
                .text(user.id.text), .text(user.username), .text(user.email), .text(user.name),
                .text(user.password?.stored), .text(Self.text(user.roles)), .int(user.isActive ? 1 : 0),
                .int(user.updated.milliseconds), .int(Int64(user.version)), .int(user.isEmailVouched ? 1 : 0),
            ])
        switch ending {
        case .none: break
        case .all: try SessionTables(connection: connection).endAll(of: user.id, but: nil)
        case .allBut(let session): try SessionTables(connection: connection).endAll(of: user.id, but: session)
        }
        return nil
    }

    private func isLastOwner(_ user: User) throws(StoreError) -> Bool {
        guard user.isActive, user.roles.contains(User.owner) else { return false }
        let others = try connection.number(
            """
            select count(*) from user where tenant = ?1 and id <> ?2 and is_active = 1
                and ' ' || roles || ' ' like '% owner %'
            """, [.text(user.tenant), .text(user.id.text)])
        return others == 0
    }

    func remove(_ id: UserID, tenant: String) throws(StoreError) -> AccountError? {
        guard let user = try user(id, tenant: tenant) else { return .userUnknown }
        if try isLastOwner(user) { return .lastOwner }
        try SessionTables(connection: connection).endAll(of: id, but: nil)
        for table in ["api_key", "identity", "code"] {
            try connection.run("delete from \(table) where user = ?1", [.text(id.text)])
        }
        try connection.run("delete from user where id = ?1", [.text(id.text)])
        return nil
    }

    func link(issuer: String, subject: String, to user: UserID) throws(StoreError) {
        try connection.run(
            """
            insert or replace into identity(tenant, issuer, subject, user)
            select tenant, ?2, ?3, id from user where id = ?1
            """,
            [.text(user.text), .text(issuer), .text(subject)])
    }
}
