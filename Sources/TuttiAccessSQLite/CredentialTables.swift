import FoundationEssentials
import TuttiAccess
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// The statements about API keys, codes and signing keys on one connection. What writes runs within a transaction.
struct CredentialTables {
    let connection: SQLConnection

    // MARK: API keys

    private static let keyColumns = """
        api_key.id, api_key.tenant, api_key.name, api_key.hint, api_key.hash, api_key.user, api_key.project,
        api_key.scopes, api_key.created, api_key.expires, api_key.last_used, api_key.limits
        """
    private static let keyColumnCount: Int32 = 12

    private static func key(_ row: SQLStatement) throws(StoreError) -> APIKey {
        APIKey(
            id: APIKeyID(trusted: row.text(0)), tenant: row.text(1), name: row.text(2), hint: row.text(3),
            hash: row.text(4), user: UserID(trusted: row.text(5)), project: row.optionalText(6),
            scopes: row.optionalText(7).map(AccountTables.list), limits: try limits(row.optionalText(11)),
            created: Timestamp(milliseconds: row.int(8)),
            expires: row.optionalInt(9).map(Timestamp.init(milliseconds:)),
            lastUsed: row.optionalInt(10).map(Timestamp.init(milliseconds:)))
    }

    /// A key whose limits cannot be read is none: without them it could do more than it may.
    private static func limits(_ text: String?) throws(StoreError) -> KeyLimits? {
        guard let text else { return nil }
        do {
            return try JSONDecoder().decode(KeyLimits.self, from: Data(text.utf8))
        } catch {
            throw StoreError(.corrupt, "the limits of an API key cannot be read; run `tutti doctor`")
        }
    }

    private static func text(_ limits: KeyLimits?) -> String? {
        limits.flatMap { try? JSONEncoder().encode($0) }.map { String(decoding: $0, as: UTF8.self) }
    }

    func key(hash: String) throws(StoreError) -> (APIKey, User)? { try key(where: "api_key.hash = ?1", hash) }

    func key(_ id: APIKeyID) throws(StoreError) -> (APIKey, User)? { try key(where: "api_key.id = ?1", id.text) }

    private func key(where condition: String, _ value: String) throws(StoreError) -> (APIKey, User)? {
        try connection.query(
            """
            select \(Self.keyColumns), \(AccountTables.userColumns) from api_key join user on user.id = api_key.user
            where \(condition)
            """, [.text(value)]
        ) { row throws(StoreError) in (try Self.key(row), try AccountTables.user(row, from: Self.keyColumnCount)) }
        .first
    }

    func keys(of user: UserID?, tenant: String, limit: Int) throws(StoreError) -> [APIKey] {
        try connection.query(
            """
            select \(Self.keyColumns) from api_key where tenant = ?1 and (?2 is null or user = ?2)
            order by id desc limit ?3
            """, [.text(tenant), .text(user?.text), .int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in try Self.key(row) }
    }

    func add(_ key: APIKey) throws(StoreError) -> AccountError? {
        // Its owner may have been removed since it was asked for.
        guard try AccountTables(connection: connection).user(key.user, tenant: key.tenant)?.isActive == true else {
            return .userUnknown
        }
        let count = try connection.number("select count(*) from api_key where user = ?1", [.text(key.user.text)]) ?? 0
        guard count < APIKey.perPersonMax else {
            return AccountError(
                "too_many_keys", "one person has at most \(APIKey.perPersonMax) keys; revoke one that is not used")
        }
        try connection.run(
            "insert into api_key values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, null, ?11)",
            [
                .text(key.id.text), .text(key.tenant), .text(key.name), .text(key.hint), .text(key.hash),
                .text(key.user.text), .text(key.project), .text(key.scopes.map(AccountTables.text)),
                .int(key.created.milliseconds), .int(key.expires?.milliseconds), .text(Self.text(key.limits)),
            ])
        return nil
    }

    func limit(
        _ key: APIKeyID, to limits: KeyLimits?, of user: UserID?, tenant: String
    ) throws(StoreError) -> APIKey? {
        let changed = try connection.run(
            "update api_key set limits = ?4 where id = ?1 and tenant = ?2 and (?3 is null or user = ?3)",
            [.text(key.text), .text(tenant), .text(user?.text), .text(Self.text(limits))])
        guard changed == 1 else { return nil }
        return try connection.query(
            "select \(Self.keyColumns) from api_key where id = ?1", [.text(key.text)]
        ) { row throws(StoreError) in try Self.key(row) }.first
    }

    func remove(_ key: APIKeyID, of user: UserID?, tenant: String) throws(StoreError) -> Bool {
        try connection.run(
            "delete from api_key where id = ?1 and tenant = ?2 and (?3 is null or user = ?3)",
            [.text(key.text), .text(tenant), .text(user?.text)]) == 1
    }

    // MARK: Codes

    private static let codeColumns = "hash, hint, tenant, purpose, roles, user, email, created_by, created, expires"

    private static func code(_ row: SQLStatement) -> OneTimeCode {
        let purpose: OneTimeCode.Purpose =
            switch row.text(3) {
            case "reset": .reset(UserID(trusted: row.text(5)))
            case "invitation": .invitation(roles: AccountTables.list(row.text(4)))
            default: .setup
            }
        return OneTimeCode(
            hash: row.text(0), hint: row.text(1), tenant: row.text(2), purpose: purpose, email: row.optionalText(6),
            createdBy: row.text(7), created: Timestamp(milliseconds: row.int(8)),
            expires: Timestamp(milliseconds: row.int(9)))
    }

    func code(hash: String, at time: Timestamp) throws(StoreError) -> OneTimeCode? {
        try connection.query(
            "select \(Self.codeColumns) from code where hash = ?1 and expires > ?2",
            [.text(hash), .int(time.milliseconds)]
        ) { row throws(StoreError) in Self.code(row) }.first
    }

    func invitations(tenant: String, at time: Timestamp) throws(StoreError) -> [OneTimeCode] {
        try connection.query(
            """
            select \(Self.codeColumns) from code where tenant = ?1 and purpose = 'invitation' and expires > ?2
            order by created desc, hash limit ?3
            """, [.text(tenant), .int(time.milliseconds), .int(Int64(OneTimeCode.invitationsMax))]
        ) { row throws(StoreError) in Self.code(row) }
    }

    func add(_ code: OneTimeCode) throws(StoreError) -> AccountError? {
        var (purpose, roles, user): (String, String?, UserID?) = ("setup", nil, nil)
        switch code.purpose {
        case .setup:
            try connection.run("delete from code where tenant = ?1 and purpose = 'setup'", [.text(code.tenant)])
        case .reset(let id):
            (purpose, user) = ("reset", id)
            try connection.run("delete from code where purpose = 'reset' and user = ?1", [.text(id.text)])
        case .invitation(let given):
            (purpose, roles) = ("invitation", AccountTables.text(given))
            let count = try connection.number(
                "select count(*) from code where tenant = ?1 and purpose = 'invitation'", [.text(code.tenant)])
            guard count ?? 0 < OneTimeCode.invitationsMax else {
                return AccountError(
                    "too_many_invitations",
                    "there are \(OneTimeCode.invitationsMax) open invitations already; withdraw some of them")
            }
        }
        try connection.run(
            "insert into code(\(Self.codeColumns)) values(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            [
                .text(code.hash), .text(code.hint), .text(code.tenant), .text(purpose), .text(roles),
                .text(user?.text), .text(code.email), .text(code.createdBy), .int(code.created.milliseconds),
                .int(code.expires.milliseconds),
            ])
        return nil
    }

    func removeInvitation(hint: String, tenant: String) throws(StoreError) -> Bool {
        try connection.run(
            "delete from code where tenant = ?1 and purpose = 'invitation' and hint = ?2",
            [.text(tenant), .text(hint)]) > 0
    }

    // MARK: Signing keys

    func signingKeys() throws(StoreError) -> [KeptSigningKey] {
        try connection.query(
            "select id, algorithm, sealed, created, retired from signing_key order by created desc, id desc"
        ) { row throws(StoreError) in
            KeptSigningKey(
                id: row.text(0), algorithm: row.text(1), sealed: Array(row.blob(2)),
                created: Timestamp(milliseconds: row.int(3)),
                retired: row.optionalInt(4).map(Timestamp.init(milliseconds:)))
        }
    }

    /// Keys that have signed nothing that is still good go with it.
    func add(_ key: KeptSigningKey, behind expected: String?) throws(StoreError) -> Bool {
        guard try signingKeys().first(where: { $0.retired == nil })?.id == expected else { return false }
        try connection.run(
            "update signing_key set retired = ?1 where retired is null", [.int(key.created.milliseconds)])
        try connection.run(
            "delete from signing_key where retired < ?1",
            [.int((key.created + (.zero - AccountLimits.retiredKeysFor)).milliseconds)])
        try connection.run(
            "insert into signing_key values(?1, ?2, ?3, ?4, null)",
            [
                .text(key.id), .text(key.algorithm), .blob(Data(key.sealed)), .int(key.created.milliseconds),
            ])
        return true
    }
}
