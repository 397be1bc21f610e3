import Synchronization
package import TuttiCore

/// Says who somebody is by what is shown: a token, a key or a ticket.
///
/// What was found good is kept in memory until it expires or something about it changes, so that it costs a hash and a
/// look at a table. A change by this process is seen at once, one by another when ``forgetAll()`` is called.
package final class AccessGate: Sendable {
    private struct State {
        var tokens = TokenCache(generationMax: AccessGate.tokensMax)
        var sessions: [SessionID: LiveCredential] = [:]
        var keys: [APIKeyID: LiveCredential] = [:]
        var verifier = TokenVerifier(issuers: [])
        /// When sessions and keys were used last, not written yet.
        var usedSessions: [SessionID: Timestamp] = [:]
        var usedKeys: [APIKeyID: Timestamp] = [:]

        mutating func note(_ credential: LiveCredential, at time: Timestamp) {
            switch credential.principal.credential {
            case .session(let id): usedSessions[id] = time
            case .key(let id): usedKeys[id] = time
            case .machine, .foreign: break
            }
        }
    }

    /// Tokens of one generation; two are kept.
    static let tokensMax = 10_000
    /// Sessions and keys that are remembered, each.
    static let credentialsMax = 20_000

    private let store: any AccountStore
    private let foreign: (any ForeignTokens)?
    private let tenant: String
    private let state = Mutex(State())

    package init(store: any AccountStore, foreign: (any ForeignTokens)?, tenant: String) {
        self.store = store
        self.foreign = foreign
        self.tenant = tenant
    }

    /// Our own keys, from now on.
    package func use(_ verifier: TokenVerifier) { state.withLock { $0.verifier = verifier } }

    // MARK: What is shown

    /// Who a bearer token is of: one of ours, an API key, or one of another issuer.
    ///
    /// - Throws: ``CredentialRefusal``.
    package func credential(bearer token: String, at time: Timestamp) async throws(CredentialRefusal) -> LiveCredential {
        let fingerprint = TokenFingerprint(token)
        let known = state.withLock { state in
            let credential = state.tokens.credential(fingerprint, at: time)
            if let credential { state.note(credential, at: time) }
            return credential
        }
        if let known { return known }
        let (credential, expires) =
            token.hasPrefix(OpaqueToken.Kind.apiKey.rawValue)
            ? try await key(token, at: time) : try await verified(token, at: time)
        state.withLock { state in
            state.tokens.keep(fingerprint, credential, until: expires)
            state.note(credential, at: time)
        }
        return credential
    }

    private func verified(
        _ text: String, at time: Timestamp
    ) async throws(CredentialRefusal) -> (LiveCredential, expires: Timestamp) {
        let token: UnverifiedToken
        let claims: TokenClaims?
        let isOurs: Bool
        let verifier = state.withLock { $0.verifier }
        do throws(TokenError) {
            token = try UnverifiedToken(text)
            isOurs = foreign == nil || verifier.issuers.contains { $0.issuer == token.issuer }
            claims = isOurs ? try verifier.verify(token, at: time) : nil
        } catch {
            throw CredentialRefusal(error)
        }
        if let claims { return (try await session(claims, at: time), claims.expires) }
        guard let foreign else { throw .sessionEnded }
        let found = try await foreign.principal(of: token, at: time)
        return (LiveCredential(found.principal), found.expires)
    }

    private func session(
        _ claims: TokenClaims, at time: Timestamp
    ) async throws(CredentialRefusal) -> LiveCredential {
        guard let text = claims.session, let id = SessionID(text) else { throw .sessionEnded }
        if let known = state.withLock({ $0.sessions[id] }), !known.isStale { return known }
        let found: (LoginSession, User)?
        do throws(AccountError) {
            found = try await store.session(id, at: time)
        } catch {
            throw .unusable
        }
        guard let (session, user) = found, user.id.text == claims.subject, user.tenant == tenant else {
            throw .sessionEnded
        }
        return remember(session, of: user)
    }

    private func key(
        _ text: String, at time: Timestamp
    ) async throws(CredentialRefusal) -> (LiveCredential, expires: Timestamp) {
        guard let token = OpaqueToken(.apiKey, text) else { throw .keyRefused }
        let found: (APIKey, User)?
        do throws(AccountError) {
            found = try await store.key(hash: token.hash)
        } catch {
            throw .unusable
        }
        guard let (key, user) = found, user.isActive, user.tenant == tenant, key.expires.map({ $0 > time }) ?? true
        else { throw .keyRefused }
        let credential = LiveCredential(
            Principal(
                tenant: user.tenant, id: user.id.text, name: user.username, roles: user.roles, credential: .key(key.id),
                scopes: key.scopes, project: key.project))
        state.withLock { state in
            if state.keys.count >= Self.credentialsMax { state.keys.removeAll() }
            state.keys[key.id] = credential
        }
        return (credential, key.expires ?? Timestamp(milliseconds: .max))
    }

    /// A session that has just begun or gone on, so that its first token need not be looked up.
    @discardableResult
    package func remember(_ session: LoginSession, of user: User) -> LiveCredential {
        let credential = LiveCredential(
            Principal(
                tenant: user.tenant, id: user.id.text, name: user.username, roles: user.roles,
                credential: .session(session.id)))
        return state.withLock { state in
            if let known = state.sessions[session.id], !known.isStale { return known }
            if state.sessions.count >= Self.credentialsMax { state.sessions.removeAll() }
            state.sessions[session.id] = credential
            return credential
        }
    }

    // MARK: What changes

    /// Sessions that have ended.
    package func forget(_ sessions: some Sequence<SessionID>) {
        let gone = state.withLock { state in sessions.compactMap { state.sessions.removeValue(forKey: $0) } }
        for credential in gone { credential.becomeStale() }
    }

    /// A key that was revoked.
    package func forget(_ key: APIKeyID) {
        state.withLock { $0.keys.removeValue(forKey: key) }?.becomeStale()
    }

    /// A person that was changed: roles, name, or whether it may log in.
    package func forget(_ user: UserID) {
        let gone = state.withLock { state in
            let isOf = { (credential: LiveCredential) in credential.principal.id == user.text }
            let credentials = state.sessions.values.filter(isOf) + state.keys.values.filter(isOf)
            state.sessions = state.sessions.filter { !isOf($0.value) }
            state.keys = state.keys.filter { !isOf($0.value) }
            return credentials
        }
        for credential in gone { credential.becomeStale() }
    }

    /// Everything: another process has changed something.
    package func forgetAll() {
        let gone = state.withLock { state in
            defer {
                state.tokens.removeAll()
                state.sessions = [:]
                state.keys = [:]
            }
            return Array(state.sessions.values) + Array(state.keys.values)
        }
        for credential in gone { credential.becomeStale() }
    }

    /// Writes when sessions and keys were used last. It is told to people only: what cannot be written now is lost.
    package func writeUses() async {
        let (sessions, keys) = state.withLock { state in
            defer { (state.usedSessions, state.usedKeys) = ([:], [:]) }
            return (state.usedSessions, state.usedKeys)
        }
        guard !sessions.isEmpty || !keys.isEmpty else { return }
        try? await store.touch(sessions, keys)
    }
}
