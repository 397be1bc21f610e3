package import TuttiCore

/// Where accounts are kept, cut by what has to be done in one transaction. What a call tells is in the audit log when,
/// and only when, what it does is done.
///
/// Every method throws ``AccountError`` `accounts_unusable` when the file cannot be used; nothing has changed then.
package protocol AccountStore: Sendable {
    // MARK: People

    /// Whether anybody has an account.
    func hasUsers(tenant: String) async throws(AccountError) -> Bool

    func user(_ id: UserID, tenant: String) async throws(AccountError) -> User?

    /// The person of a username or an address, in lower case.
    func user(login: String, tenant: String) async throws(AccountError) -> User?

    /// People in the order of their names, behind one of them; at most `limit`.
    func users(behind username: String?, tenant: String, limit: Int) async throws(AccountError) -> [User]

    /// Keeps a new person, and uses up the code that allows it.
    ///
    /// - Parameters:
    ///   - code: the hash of an invitation or setup code.
    ///   - isFirst: whether there must be nobody yet.
    /// - Throws: `username_exists`, `email_exists`, `code_refused`, `not_first`.
    func add(
        _ user: User, using code: String?, isFirst: Bool, at time: Timestamp, telling draft: AuditDraft
    ) async throws(AccountError)

    /// Puts a person in the place of the version before, and ends all sessions but one where that is asked for.
    ///
    /// - Parameter code: the hash of a reset code that it uses up.
    /// - Throws: `version_changed`, `last_owner`, `username_exists`, `email_exists`, `code_refused`.
    func change(
        _ user: User, ending: SessionsEnded, using code: String?, at time: Timestamp, telling draft: AuditDraft
    ) async throws(AccountError)

    /// Removes a person with sessions and keys.
    ///
    /// - Throws: `user_not_found`, `last_owner`.
    func remove(_ id: UserID, tenant: String, telling draft: AuditDraft) async throws(AccountError)

    // MARK: Sessions

    /// Begins a session, notes the login, and keeps a better hash of the password.
    ///
    /// - Parameter checked: the hash that the password was checked against, which has to be that of the person still;
    ///   `nil` for who logs in without one.
    /// - Returns: sessions of the person that it has ended, as there were more than one may have.
    /// - Throws: `login_refused` when the person is gone, closed, or has another password by now.
    func begin(
        _ session: LoginSession, _ token: RefreshToken, checked: PasswordHash?, upgraded: PasswordHash?,
        telling draft: AuditDraft
    ) async throws(AccountError) -> [SessionID]

    /// Takes a refresh token and gives the next one, once; one that was used before ends its session.
    ///
    /// - Parameter visit: from where it came.
    func rotate(
        _ hash: String, to next: String, tenant: String, at time: Timestamp, lifetime: Duration, from visit: Visit
    ) async throws(AccountError) -> Rotation

    /// A session that has not ended, with its person.
    func session(_ id: SessionID, at time: Timestamp) async throws(AccountError) -> (LoginSession, User)?

    /// The sessions of a person that have not ended, the one used last first; of all people for `nil`.
    func sessions(of user: UserID?, tenant: String, at time: Timestamp, limit: Int) async throws(AccountError)
        -> [LoginSession]

    /// Ends one session; tells whether it was there.
    func end(
        _ session: SessionID, of user: UserID?, tenant: String, telling draft: AuditDraft
    ) async throws(AccountError) -> Bool

    /// Ends all sessions of a person, and tells which.
    func endAll(of user: UserID, telling draft: AuditDraft) async throws(AccountError) -> [SessionID]

    /// Notes when sessions and keys were used last.
    func touch(_ sessions: [SessionID: Timestamp], _ keys: [APIKeyID: Timestamp]) async throws(AccountError)

    // MARK: Keys

    /// - Throws: `too_many_keys`.
    func add(_ key: APIKey, telling draft: AuditDraft) async throws(AccountError)

    /// The key of a hash, with its person; also one that has expired.
    func key(hash: String) async throws(AccountError) -> (APIKey, User)?

    /// A key with its person; also one that has expired.
    func key(_ id: APIKeyID) async throws(AccountError) -> (APIKey, User)?

    /// Keys of a person, or of all people, the newest first.
    func keys(of user: UserID?, tenant: String, limit: Int) async throws(AccountError) -> [APIKey]

    /// Puts other limits in the place of a key's own.
    ///
    /// - Returns: the key as it is now; `nil` when there is none.
    func limit(
        _ key: APIKeyID, to limits: KeyLimits?, of user: UserID?, tenant: String, telling draft: AuditDraft
    ) async throws(AccountError) -> APIKey?

    /// Removes a key; tells whether it was there.
    func remove(_ key: APIKeyID, of user: UserID?, tenant: String, telling draft: AuditDraft) async throws(AccountError)
        -> Bool

    // MARK: Codes

    /// Keeps a code. A setup code takes the place of the one before, a reset code that of the same person.
    ///
    /// - Throws: `too_many_invitations`.
    func add(_ code: OneTimeCode, telling draft: AuditDraft) async throws(AccountError)

    /// A code that can still be used.
    func code(hash: String, at time: Timestamp) async throws(AccountError) -> OneTimeCode?

    /// Open invitations, the newest first.
    func invitations(tenant: String, at time: Timestamp) async throws(AccountError) -> [OneTimeCode]

    /// Withdraws an invitation; tells whether it was there.
    func removeInvitation(hint: String, tenant: String, telling draft: AuditDraft) async throws(AccountError) -> Bool

    // MARK: Other issuers

    /// The person that another issuer calls so.
    func user(issuer: String, subject: String, tenant: String) async throws(AccountError) -> User?

    /// Lets another issuer's subject log in as a person.
    func link(issuer: String, subject: String, to user: UserID, telling draft: AuditDraft) async throws(AccountError)

    // MARK: Signing keys

    func signingKeys() async throws(AccountError) -> [KeptSigningKey]

    /// Adds a key, and retires those before it.
    ///
    /// - Parameter expected: the newest key that the caller knows; when there is another one nothing changes.
    /// - Returns: whether it was added.
    func add(_ key: KeptSigningKey, behind expected: String?, telling draft: AuditDraft) async throws(AccountError)
        -> Bool

    // MARK: What goes on by itself

    /// A number that changes when another process has changed something.
    func accountsChanged() async throws(AccountError) -> Int64

    /// Removes what has expired, a bounded number at a time; tells how much, and which sessions have ended so.
    func clearExpired(at time: Timestamp) async throws(AccountError) -> (count: Int, sessions: [SessionID])
}

/// Which sessions of a person a change ends.
package enum SessionsEnded: Sendable, Hashable {
    case none
    case all
    case allBut(SessionID)
}
