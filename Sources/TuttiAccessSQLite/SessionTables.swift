import TuttiAccess
import TuttiCore
import TuttiStore
import TuttiStoreSQLite

/// The statements about sessions and their refresh tokens on one connection. What writes runs within a transaction.
struct SessionTables {
    let connection: SQLConnection

    private static let columns = """
        session.id, session.user, session.device, session.address, session.created, session.last_used, session.expires
        """
    private static let columnCount: Int32 = 7

    private static func session(_ row: SQLStatement) -> LoginSession {
        LoginSession(
            id: SessionID(trusted: row.text(0)), user: UserID(trusted: row.text(1)), device: row.text(2),
            address: row.text(3), created: Timestamp(milliseconds: row.int(4)),
            lastUsed: Timestamp(milliseconds: row.int(5)), expires: Timestamp(milliseconds: row.int(6)))
    }

    // MARK: Reading

    func session(_ id: SessionID, at time: Timestamp) throws(StoreError) -> (LoginSession, User)? {
        try connection.query(
            """
            select \(Self.columns), \(AccountTables.userColumns) from session join user on user.id = session.user
            where session.id = ?1 and session.expires > ?2 and user.is_active = 1
            """, [.text(id.text), .int(time.milliseconds)]
        ) { row throws(StoreError) in (Self.session(row), try AccountTables.user(row, from: Self.columnCount)) }.first
    }

    func sessions(
        of user: UserID?, tenant: String, at time: Timestamp, limit: Int
    ) throws(StoreError) -> [LoginSession] {
        try connection.query(
            """
            select \(Self.columns) from session join user on user.id = session.user
            where user.tenant = ?1 and (?2 is null or session.user = ?2) and session.expires > ?3
            order by session.last_used desc, session.id desc limit ?4
            """, [.text(tenant), .text(user?.text), .int(time.milliseconds), .int(Int64(max(0, limit)))]
        ) { row throws(StoreError) in Self.session(row) }
    }

    // MARK: Writing

    /// - Returns: sessions that were too many; `nil` when nothing was done, as the person may not log in, or not with
    ///   the password that was checked.
    func begin(
        _ session: LoginSession, _ token: RefreshToken, checked: PasswordHash?, upgraded: PasswordHash?
    ) throws(StoreError) -> [SessionID]? {
        let changed = try connection.run(
            """
            update user set last_login = ?2, password = coalesce(?3, password)
            where id = ?1 and is_active = 1 and (?4 is null or password = ?4)
            """,
            [
                .text(session.user.text), .int(session.created.milliseconds), .text(upgraded?.stored),
                .text(checked?.stored),
            ])
        guard changed == 1 else { return nil }
        try connection.run(
            "insert into session values(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            [
                .text(session.id.text), .text(session.user.text), .text(session.device), .text(session.address),
                .int(session.created.milliseconds), .int(session.lastUsed.milliseconds),
                .int(session.expires.milliseconds),
            ])
        try insert(token)
        // Whoever logs in again and again without ever logging out keeps the newest.
        let old = try connection.query(
            "select id from session where user = ?1 order by last_used desc, id desc limit -1 offset ?2",
            [.text(session.user.text), .int(Int64(AccountLimits.sessionsPerPersonMax))]
        ) { row throws(StoreError) in SessionID(trusted: row.text(0)) }
        for session in old { try end(session) }
        return old
    }

    private func insert(_ token: RefreshToken) throws(StoreError) {
        try connection.run(
            "insert into refresh(hash, session, expires) values(?1, ?2, ?3)",
            [.text(token.hash), .text(token.session.text), .int(token.expires.milliseconds)])
    }

    func rotate(
        _ hash: String, to next: String, tenant: String, at time: Timestamp, lifetime: Duration, from visit: Visit
    ) throws(StoreError) -> Rotation {
        let found = try connection.query(
            "select session, expires, used from refresh where hash = ?1", [.text(hash)]
        ) { row throws(StoreError) in
            (session: SessionID(trusted: row.text(0)), expires: row.int(1), isUsed: !row.isNull(2))
        }.first
        guard let found, found.expires > time.milliseconds, let (known, user) = try session(found.session, at: time),
            user.tenant == tenant
        else { return .refused }
        if found.isUsed {
            try end(found.session)
            return .reused(known)
        }
        var session = known
        (session.lastUsed, session.expires, session.address) = (time, time + lifetime, visit.address)
        session.device = CleanText.line(visit.device, bytesMax: LoginSession.deviceSizeMax)
        try connection.run("update refresh set used = ?2 where hash = ?1", [.text(hash), .int(time.milliseconds)])
        try insert(RefreshToken(hash: next, session: session.id, expires: session.expires))
        try connection.run(
            "update session set last_used = ?2, expires = ?3, address = ?4, device = ?5 where id = ?1",
            [
                .text(session.id.text), .int(time.milliseconds), .int(session.expires.milliseconds),
                .text(session.address), .text(session.device),
            ])
        return .rotated(session, user)
    }

    @discardableResult
    func end(_ session: SessionID, of user: UserID? = nil, tenant: String? = nil) throws(StoreError) -> Bool {
        let count = try connection.run(
            """
            delete from session where id = ?1 and (?2 is null or user = ?2)
                and (?3 is null or user in (select id from user where tenant = ?3))
            """, [.text(session.text), .text(user?.text), .text(tenant)])
        guard count == 1 else { return false }
        try connection.run("delete from refresh where session = ?1", [.text(session.text)])
        return true
    }

    @discardableResult
    func endAll(of user: UserID, but kept: SessionID?) throws(StoreError) -> [SessionID] {
        let found = try connection.query(
            "select id from session where user = ?1 and id is not ?2", [.text(user.text), .text(kept?.text)]
        ) { row throws(StoreError) in SessionID(trusted: row.text(0)) }
        for session in found { try end(session) }
        return found
    }

    func touch(_ sessions: [SessionID: Timestamp], _ keys: [APIKeyID: Timestamp]) throws(StoreError) {
        for (session, time) in sessions {
            try connection.run(
                "update session set last_used = max(last_used, ?2) where id = ?1",
                [.text(session.text), .int(time.milliseconds)])
        }
        for (key, time) in keys {
            try connection.run(
                "update api_key set last_used = max(coalesce(last_used, 0), ?2) where id = ?1",
                [.text(key.text), .int(time.milliseconds)])
        }
    }

    func clearExpired(at time: Timestamp, limit: Int) throws(StoreError) -> (count: Int, sessions: [SessionID]) {
        let ended = try connection.query(
            "select id from session where expires <= ?1 limit ?2", [.int(time.milliseconds), .int(Int64(limit))]
        ) { row throws(StoreError) in SessionID(trusted: row.text(0)) }
        for session in ended { try end(session) }
        var count = ended.count
        for table in ["refresh", "code"] {
            count += try connection.run(
                "delete from \(table) where hash in (select hash from \(table) where expires <= ?1 limit ?2)",
                [.int(time.milliseconds), .int(Int64(limit))])
        }
        return (count, ended)
    }
}
