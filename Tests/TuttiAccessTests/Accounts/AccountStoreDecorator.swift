import TuttiAccess
import TuttiCore

/// A store that does what another one does, but for what a test has it do otherwise.
protocol AccountStoreDecorator: AccountStore {
    var base: any AccountStore { get }
}

extension AccountStoreDecorator {
    func hasUsers(tenant: String) async throws(AccountError) -> Bool { try await base.hasUsers(tenant: tenant) }

    func user(_ id: UserID, tenant: String) async throws(AccountError) -> User? {
        try await base.user(id, tenant: tenant)
    }

    func user(login: String, tenant: String) async throws(AccountError) -> User? {
        try await base.user(login: login, tenant: tenant)
    }

    func users(behind username: String?, tenant: String, limit: Int) async throws(AccountError) -> [User] {
        try await base.users(behind: username, tenant: tenant, limit: limit)
    }

    func add(
        _ user: User, using code: String?, isFirst: Bool, at time: Timestamp, telling draft: AuditDraft
    ) async throws(AccountError) {
        try await base.add(user, using: code, isFirst: isFirst, at: time, telling: draft)
    }

    func change(
        _ user: User, ending: SessionsEnded, using code: String?, at time: Timestamp, telling draft: AuditDraft
    ) async throws(AccountError) {
        try await base.change(user, ending: ending, using: code, at: time, telling: draft)
    }

    func remove(_ id: UserID, tenant: String, telling draft: AuditDraft) async throws(AccountError) {
        try await base.remove(id, tenant: tenant, telling: draft)
    }

    func begin(
        _ session: LoginSession, _ token: RefreshToken, checked: PasswordHash?, upgraded: PasswordHash?,
        telling draft: AuditDraft
    ) async throws(AccountError) -> [SessionID] {
        try await base.begin(session, token, checked: checked, upgraded: upgraded, telling: draft)
    }

    func rotate(
        _ hash: String, to next: String, tenant: String, at time: Timestamp, lifetime: Duration, from visit: Visit
    ) async throws(AccountError) -> Rotation {
        try await base.rotate(hash, to: next, tenant: tenant, at: time, lifetime: lifetime, from: visit)
    }

    func session(_ id: SessionID, at time: Timestamp) async throws(AccountError) -> (LoginSession, User)? {
        try await base.session(id, at: time)
    }

    func sessions(
        of user: UserID?, tenant: String, at time: Timestamp, limit: Int
    ) async throws(AccountError) -> [LoginSession] {
        try await base.sessions(of: user, tenant: tenant, at: time, limit: limit)
    }

    func end(
        _ session: SessionID, of user: UserID?, tenant: String, telling draft: AuditDraft
    ) async throws(AccountError) -> Bool {
        try await base.end(session, of: user, tenant: tenant, telling: draft)
    }

    func endAll(of user: UserID, telling draft: AuditDraft) async throws(AccountError) -> [SessionID] {
        try await base.endAll(of: user, telling: draft)
    }

    func touch(_ sessions: [SessionID: Timestamp], _ keys: [APIKeyID: Timestamp]) async throws(AccountError) {
        try await base.touch(sessions, keys)
    }

    func add(_ key: APIKey, telling draft: AuditDraft) async throws(AccountError) {
        try await base.add(key, telling: draft)
    }

    func key(hash: String) async throws(AccountError) -> (APIKey, User)? { try await base.key(hash: hash) }

    func key(_ id: APIKeyID) async throws(AccountError) -> (APIKey, User)? { try await base.key(id) }

    func limit(
        _ key: APIKeyID, to limits: KeyLimits?, of user: UserID?, tenant: String, telling draft: AuditDraft
    ) async throws(AccountError) -> APIKey? {
        try await base.limit(key, to: limits, of: user, tenant: tenant, telling: draft)
    }

    func keys(of user: UserID?, tenant: String, limit: Int) async throws(AccountError) -> [APIKey] {
        try await base.keys(of: user, tenant: tenant, limit: limit)
    }

    func remove(
        _ key: APIKeyID, of user: UserID?, tenant: String, telling draft: AuditDraft
    ) async throws(AccountError) -> Bool {
        try await base.remove(key, of: user, tenant: tenant, telling: draft)
    }

    func add(_ code: OneTimeCode, telling draft: AuditDraft) async throws(AccountError) {
        try await base.add(code, telling: draft)
    }

    func code(hash: String, at time: Timestamp) async throws(AccountError) -> OneTimeCode? {
        try await base.code(hash: hash, at: time)
    }

    func invitations(tenant: String, at time: Timestamp) async throws(AccountError) -> [OneTimeCode] {
        try await base.invitations(tenant: tenant, at: time)
    }

    func removeInvitation(hint: String, tenant: String, telling draft: AuditDraft) async throws(AccountError) -> Bool {
        try await base.removeInvitation(hint: hint, tenant: tenant, telling: draft)
    }

    func user(issuer: String, subject: String, tenant: String) async throws(AccountError) -> User? {
        try await base.user(issuer: issuer, subject: subject, tenant: tenant)
    }

    func link(issuer: String, subject: String, to user: UserID, telling draft: AuditDraft) async throws(AccountError) {
        try await base.link(issuer: issuer, subject: subject, to: user, telling: draft)
    }

    func signingKeys() async throws(AccountError) -> [KeptSigningKey] { try await base.signingKeys() }

    func add(
        _ key: KeptSigningKey, behind expected: String?, telling draft: AuditDraft
    ) async throws(AccountError) -> Bool {
        try await base.add(key, behind: expected, telling: draft)
    }

    func accountsChanged() async throws(AccountError) -> Int64 { try await base.accountsChanged() }

    func clearExpired(at time: Timestamp) async throws(AccountError) -> (count: Int, sessions: [SessionID]) {
        try await base.clearExpired(at: time)
    }
}
