package import TuttiAccess
package import TuttiCore
import TuttiStore
import TuttiStoreSQLite

extension SQLiteAccessStore: AccountStore {
    private func reading<Output>(
        _ body: (SQLConnection) throws(StoreError) -> Output
    ) throws(AccountError) -> Output {
        do throws(StoreError) {
            return try using(body)
        } catch {
            throw .unusable("accounts cannot be used at the moment: \(error.message)")
        }
    }

    /// Does something and tells of it, both or neither.
    ///
    /// - Parameter body: gives the reason why nothing was done, and has changed nothing then.
    private func writing(
        telling draft: AuditDraft, _ body: (SQLConnection) throws(StoreError) -> AccountError?
    ) throws(AccountError) {
        let refusal = try reading { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) -> AccountError? in
                if let refusal = try body(connection) { return refusal }
                _ = try AuditTables(connection: connection).append([draft])
                return nil
            }
        }
        if let refusal { throw refusal }
    }

    /// As ``writing(telling:_:)``, for what tells whether there was anything to do.
    private func doing(
        telling draft: AuditDraft, _ body: (SQLConnection) throws(StoreError) -> Bool
    ) throws(AccountError) -> Bool {
        try reading { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) in
                guard try body(connection) else { return false }
                _ = try AuditTables(connection: connection).append([draft])
                return true
            }
        }
    }

    // MARK: People

    package func hasUsers(tenant: String) throws(AccountError) -> Bool {
        try reading { connection throws(StoreError) in
            try AccountTables(connection: connection).hasUsers(tenant: tenant)
        }
    }

    package func user(_ id: UserID, tenant: String) throws(AccountError) -> User? {
        try reading { connection throws(StoreError) in
            try AccountTables(connection: connection).user(id, tenant: tenant)
        }
    }

    package func user(login: String, tenant: String) throws(AccountError) -> User? {
        try reading { connection throws(StoreError) in
            try AccountTables(connection: connection).user(login: login, tenant: tenant)
        }
    }

    package func user(issuer: String, subject: String, tenant: String) throws(AccountError) -> User? {
        try reading { connection throws(StoreError) in
            try AccountTables(connection: connection).user(issuer: issuer, subject: subject, tenant: tenant)
        }
    }

    package func users(behind username: String?, tenant: String, limit: Int) throws(AccountError) -> [User] {
        try reading { connection throws(StoreError) in
            try AccountTables(connection: connection).users(behind: username, tenant: tenant, limit: limit)
        }
    }

    package func add(
        _ user: User, using code: String?, isFirst: Bool, at time: Timestamp, telling draft: AuditDraft
    ) throws(AccountError) {
        try writing(telling: draft) { connection throws(StoreError) in
            try AccountTables(connection: connection).add(user, using: code, isFirst: isFirst, at: time)
        }
    }

    package func change(
        _ user: User, ending: SessionsEnded, using code: String?, at time: Timestamp, telling draft: AuditDraft
    ) throws(AccountError) {
        try writing(telling: draft) { connection throws(StoreError) in
            try AccountTables(connection: connection).change(user, ending: ending, using: code, at: time)
        }
    }

    package func remove(_ id: UserID, tenant: String, telling draft: AuditDraft) throws(AccountError) {
        try writing(telling: draft) { connection throws(StoreError) in
            try AccountTables(connection: connection).remove(id, tenant: tenant)
        }
    }

    package func link(
        issuer: String, subject: String, to user: UserID, telling draft: AuditDraft
    ) throws(AccountError) {
        try writing(telling: draft) { connection throws(StoreError) in
            try AccountTables(connection: connection).link(issuer: issuer, subject: subject, to: user)
            return nil
        }
    }

    // MARK: Sessions

    package func begin(
        _ session: LoginSession, _ token: RefreshToken, checked: PasswordHash?, upgraded: PasswordHash?,
        telling draft: AuditDraft
    ) throws(AccountError) -> [SessionID] {
        var ended: [SessionID] = []
        try writing(telling: draft) { connection throws(StoreError) in
            let old = try SessionTables(connection: connection).begin(
                session, token, checked: checked, upgraded: upgraded)
            guard let old else { return .loginRefused }
            ended = old
            return nil
        }
        return ended
    }

    package func rotate(
        _ hash: String, to next: String, tenant: String, at time: Timestamp, lifetime: Duration, from visit: Visit
    ) throws(AccountError) -> Rotation {
        try reading { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) in
                let rotation = try SessionTables(connection: connection).rotate(
                    hash, to: next, tenant: tenant, at: time, lifetime: lifetime, from: visit)
                if case .reused(let session) = rotation {
                    let user = try connection.query(
                        "select \(AccountTables.userColumns) from user where id = ?1", [.text(session.user.text)]
                    ) { row throws(StoreError) in try AccountTables.user(row) }.first
                    _ = try AuditTables(connection: connection).append([
                        .tokenReused(session, of: user, from: visit, at: time)
                    ])
                }
                return rotation
            }
        }
    }

    package func session(_ id: SessionID, at time: Timestamp) throws(AccountError) -> (LoginSession, User)? {
        try reading { connection throws(StoreError) in
            try SessionTables(connection: connection).session(id, at: time)
        }
    }

    package func sessions(
        of user: UserID?, tenant: String, at time: Timestamp, limit: Int
    ) throws(AccountError) -> [LoginSession] {
        try reading { connection throws(StoreError) in
            try SessionTables(connection: connection).sessions(of: user, tenant: tenant, at: time, limit: limit)
        }
    }

    package func end(
        _ session: SessionID, of user: UserID?, tenant: String, telling draft: AuditDraft
    ) throws(AccountError) -> Bool {
        try doing(telling: draft) { connection throws(StoreError) in
            try SessionTables(connection: connection).end(session, of: user, tenant: tenant)
        }
    }

    package func endAll(of user: UserID, telling draft: AuditDraft) throws(AccountError) -> [SessionID] {
        var ended: [SessionID] = []
        try writing(telling: draft) { connection throws(StoreError) in
            ended = try SessionTables(connection: connection).endAll(of: user, but: nil)
            return nil
        }
        return ended
    }

    package func touch(_ sessions: [SessionID: Timestamp], _ keys: [APIKeyID: Timestamp]) throws(AccountError) {
        try reading { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) in
                try SessionTables(connection: connection).touch(sessions, keys)
            }
        }
    }

    // MARK: Keys

    package func add(_ key: APIKey, telling draft: AuditDraft) throws(AccountError) {
        try writing(telling: draft) { connection throws(StoreError) in
            try CredentialTables(connection: connection).add(key)
        }
    }

    package func key(hash: String) throws(AccountError) -> (APIKey, User)? {
        try reading { connection throws(StoreError) in try CredentialTables(connection: connection).key(hash: hash) }
    }

    package func key(_ id: APIKeyID) throws(AccountError) -> (APIKey, User)? {
        try reading { connection throws(StoreError) in try CredentialTables(connection: connection).key(id) }
    }

    package func keys(of user: UserID?, tenant: String, limit: Int) throws(AccountError) -> [APIKey] {
        try reading { connection throws(StoreError) in
            try CredentialTables(connection: connection).keys(of: user, tenant: tenant, limit: limit)
        }
    }

    package func remove(
        _ key: APIKeyID, of user: UserID?, tenant: String, telling draft: AuditDraft
    ) throws(AccountError) -> Bool {
        try doing(telling: draft) { connection throws(StoreError) in
            try CredentialTables(connection: connection).remove(key, of: user, tenant: tenant)
        }
    }

    package func limit(
        _ key: APIKeyID, to limits: KeyLimits?, of user: UserID?, tenant: String, telling draft: AuditDraft
    ) throws(AccountError) -> APIKey? {
        var changed: APIKey?
        _ = try doing(telling: draft) { connection throws(StoreError) in
            changed = try CredentialTables(connection: connection).limit(key, to: limits, of: user, tenant: tenant)
            return changed != nil
        }
        return changed
    }

    // MARK: Codes

    package func add(_ code: OneTimeCode, telling draft: AuditDraft) throws(AccountError) {
        try writing(telling: draft) { connection throws(StoreError) in
            try CredentialTables(connection: connection).add(code)
        }
    }

    package func code(hash: String, at time: Timestamp) throws(AccountError) -> OneTimeCode? {
        try reading { connection throws(StoreError) in
            try CredentialTables(connection: connection).code(hash: hash, at: time)
        }
    }

    package func invitations(tenant: String, at time: Timestamp) throws(AccountError) -> [OneTimeCode] {
        try reading { connection throws(StoreError) in
            try CredentialTables(connection: connection).invitations(tenant: tenant, at: time)
        }
    }

    package func removeInvitation(
        hint: String, tenant: String, telling draft: AuditDraft
    ) throws(AccountError) -> Bool {
        try doing(telling: draft) { connection throws(StoreError) in
            try CredentialTables(connection: connection).removeInvitation(hint: hint, tenant: tenant)
        }
    }

    // MARK: Signing keys

    package func signingKeys() throws(AccountError) -> [KeptSigningKey] {
        try reading { connection throws(StoreError) in try CredentialTables(connection: connection).signingKeys() }
    }

    package func add(
        _ key: KeptSigningKey, behind expected: String?, telling draft: AuditDraft
    ) throws(AccountError) -> Bool {
        try doing(telling: draft) { connection throws(StoreError) in
            try CredentialTables(connection: connection).add(key, behind: expected)
        }
    }

    // MARK: What goes on by itself

    package func accountsChanged() throws(AccountError) -> Int64 {
        try reading { connection throws(StoreError) in try connection.number("pragma data_version") ?? 0 }
    }

    package func clearExpired(at time: Timestamp) throws(AccountError) -> (count: Int, sessions: [SessionID]) {
        try reading { connection throws(StoreError) in
            try connection.transaction { () throws(StoreError) in
                try SessionTables(connection: connection).clearExpired(at: time, limit: AccountLimits.clearedMax)
            }
        }
    }
}
