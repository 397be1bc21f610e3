import Synchronization
package import TuttiCore

/// Says who somebody is by what is shown: a token, a key or a ticket.
///
/// What was found good is kept in memory until it expires or something about it changes, so that it costs a hash and a
/// look at a table. A change by this process is seen at once, one by another when ``takeUpChanges(at:)`` is called.
package final class AccessGate: Sendable {
    private struct State {
        var tokens: TokenCache
        var sessions: [SessionID: LiveCredential] = [:]
        var keys: [APIKeyID: LiveCredential] = [:]
        var verifier = TokenVerifier(issuers: [])
        var forgotten = ForgottenLately()
        /// When sessions and keys were used last, not written yet.
        var usedSessions: [SessionID: Timestamp] = [:]
        var usedKeys: [APIKeyID: Timestamp] = [:]

        /// Takes out a credential, unless another one has its place by now.
        mutating func drop(_ credential: LiveCredential) {
            switch credential.principal.credential {
            case .session(let id): if sessions[id] === credential { sessions[id] = nil }
            case .key(let id): if keys[id] === credential { keys[id] = nil }
            case .machine, .foreign: break
            }
        }

        mutating func note(_ credential: LiveCredential, at time: Timestamp) {
            switch credential.principal.credential {
            case .session(let id): usedSessions[id] = time
            case .key(let id): usedKeys[id] = time
            case .machine, .foreign: break
            }
        }
    }

    /// Tokens of one generation; two are kept.
    static let tokensUsual = 10_000
    /// Sessions and keys that are remembered, each; more only while streams hold on to them.
    static let credentialsUsual = 20_000

    private let store: any AccountStore
    private let foreign: (any ForeignTokens)?
    private let tenant: String
    private let credentialsMax: Int
    private let state: Mutex<State>

    package convenience init(store: any AccountStore, foreign: (any ForeignTokens)?, tenant: String) {
        self.init(
            store: store, foreign: foreign, tenant: tenant, credentialsMax: Self.credentialsUsual,
            tokensMax: Self.tokensUsual)
    }

    init(
        store: any AccountStore, foreign: (any ForeignTokens)?, tenant: String, credentialsMax: Int, tokensMax: Int
    ) {
        self.store = store
        self.foreign = foreign
        self.tenant = tenant
        self.credentialsMax = credentialsMax
        state = Mutex(State(tokens: TokenCache(generationMax: tokensMax)))
    }

    /// Our own keys, from now on.
    package func use(_ verifier: TokenVerifier) { state.withLock { $0.verifier = verifier } }

    // MARK: What is shown

    /// Who a bearer token is of: one of ours, an API key, or one of another issuer.
    ///
    /// - Throws: ``CredentialRefusal``.
    package func credential(bearer token: String, at time: Timestamp) async throws(CredentialRefusal) -> LiveCredential
    {
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
        return (LiveCredential(found.principal, expires: found.expires), found.expires)
    }

    private func session(
        _ claims: TokenClaims, at time: Timestamp
    ) async throws(CredentialRefusal) -> LiveCredential {
        guard let text = claims.session, let id = SessionID(text) else { throw .sessionEnded }
        while true {
            let (known, mark) = state.withLock { ($0.sessions[id], $0.forgotten.count) }
            if let known, !known.isStale { return known }
            let found: (LoginSession, User)?
            do throws(AccountError) {
                found = try await store.session(id, at: time)
            } catch {
                throw .unusable
            }
            guard let found, let principal = principal(of: found), principal.id == claims.subject else {
                throw .sessionEnded
            }
            let credential = remember(LiveCredential(principal), as: id, in: \.sessions, .session(id), since: mark)
            // What has changed while it was read is read again.
            if let credential { return credential }
        }
    }

    private func key(
        _ text: String, at time: Timestamp
    ) async throws(CredentialRefusal) -> (LiveCredential, expires: Timestamp) {
        guard let token = OpaqueToken(.apiKey, text) else { throw .keyRefused }
        while true {
            let mark = state.withLock { $0.forgotten.count }
            let found: (APIKey, User)?
            do throws(AccountError) {
                found = try await store.key(hash: token.hash)
            } catch {
                throw .unusable
            }
            guard let found, let principal = principal(of: found, at: time) else { throw .keyRefused }
            let key = found.0
            let fresh = LiveCredential(principal, expires: key.expires)
            if let credential = remember(fresh, as: key.id, in: \.keys, .key(key.id), since: mark) {
                return (credential, key.expires ?? Timestamp(milliseconds: .max))
            }
        }
    }

    /// Who a session is of; `nil` when it does not count here.
    private func principal(of found: (LoginSession, User)) -> Principal? {
        let (session, user) = found
        guard user.tenant == tenant else { return nil }
        return Principal(
            tenant: user.tenant, id: user.id.text, name: user.username, roles: user.roles,
            credential: .session(session.id))
    }

    /// Who a key is of; `nil` when it does not count, or no longer.
    private func principal(of found: (APIKey, User), at time: Timestamp) -> Principal? {
        let (key, user) = found
        guard user.isActive, user.tenant == tenant, key.expires.map({ $0 > time }) ?? true else { return nil }
        return Principal(
            tenant: user.tenant, id: user.id.text, name: user.username, roles: user.roles,
            credential: .key(key.id), scopes: key.scopes, project: key.project, limits: key.limits)
    }

    /// Keeps what was read, unless it has changed meanwhile; all who show the same share one, so that it ends for all
    /// of them.
    private func remember<ID: Hashable>(
        _ fresh: LiveCredential, as id: ID, in place: WritableKeyPath<State, [ID: LiveCredential]>,
        _ thing: ForgottenLately.Thing, since mark: Int
    ) -> LiveCredential? {
        let person = ForgottenLately.Thing.person(fresh.principal.id ?? "")
        let (credential, gone) = state.withLock { state -> (LiveCredential?, [LiveCredential]) in
            if state.forgotten.has([thing, person], since: mark) { return (nil, []) }
            if let known = state[keyPath: place][id], !known.isStale { return (known, []) }
            let gone = Self.makeRoom(&state[keyPath: place], countMax: credentialsMax)
            state[keyPath: place][id] = fresh
            return (fresh, gone)
        }
        for credential in gone { credential.becomeStale() }
        return credential
    }

    /// Takes out what no stream holds on to. It has to become stale: tokens that lead to it would else stay good
    /// whatever changes.
    private static func makeRoom<ID: Hashable>(
        _ credentials: inout [ID: LiveCredential], countMax: Int
    ) -> [LiveCredential] {
        guard credentials.count >= countMax else { return [] }
        let idle = credentials.filter { !$0.value.isWatched }
        for id in idle.keys { credentials[id] = nil }
        return Array(idle.values)
    }

    /// How many sessions and keys are remembered.
    var counts: (sessions: Int, keys: Int) { state.withLock { ($0.sessions.count, $0.keys.count) } }

    // MARK: What changes

    /// Sessions that have ended.
    package func forget(_ sessions: some Sequence<SessionID>) {
        let gone = state.withLock { state in
            sessions.compactMap { id in
                state.forgotten.add(.session(id))
                return state.sessions.removeValue(forKey: id)
            }
        }
        for credential in gone { credential.becomeStale() }
    }

    /// A key that was revoked.
    package func forget(_ key: APIKeyID) {
        let gone = state.withLock { state in
            state.forgotten.add(.key(key))
            return state.keys.removeValue(forKey: key)
        }
        gone?.becomeStale()
    }

    /// A person that was changed: roles, name, or whether it may log in.
    package func forget(_ user: UserID) {
        let gone = state.withLock { state in
            state.forgotten.add(.person(user.text))
            let isOf = { (credential: LiveCredential) in credential.principal.id == user.text }
            let credentials = state.sessions.values.filter(isOf) + state.keys.values.filter(isOf)
            state.sessions = state.sessions.filter { !isOf($0.value) }
            state.keys = state.keys.filter { !isOf($0.value) }
            return credentials
        }
        for credential in gone { credential.becomeStale() }
    }

    /// Another process has changed something, nobody knows what: everything is read again before it counts. What
    /// streams hold on to is read now; it becomes stale, and they end, only when it has changed, or cannot be read.
    package func takeUpChanges(at time: Timestamp) async {
        let (idle, watched) = state.withLock { state in
            state.forgotten.add(.everything)
            state.tokens.removeAll()
            let all = Array(state.sessions.values) + Array(state.keys.values)
            // Asked once: a stream may begin meanwhile.
            let watched = all.filter(\.isWatched)
            let kept = Set(watched.map { ObjectIdentifier($0) })
            state.sessions = state.sessions.filter { kept.contains(ObjectIdentifier($0.value)) }
            state.keys = state.keys.filter { kept.contains(ObjectIdentifier($0.value)) }
            return (all.filter { !kept.contains(ObjectIdentifier($0)) }, watched)
        }
        for credential in idle { credential.becomeStale() }
        for credential in watched where await !isUnchanged(credential, at: time) {
            state.withLock { $0.drop(credential) }
            credential.becomeStale()
        }
    }

    /// What stands for a credential that has become stale, if it is still what it was; `nil` when it has ended or
    /// changed.
    package func renewed(_ credential: LiveCredential, at time: Timestamp) async -> LiveCredential? {
        while true {
            let mark = state.withLock { $0.forgotten.count }
            guard await isUnchanged(credential, at: time) else { return nil }
            let fresh = LiveCredential(credential.principal, expires: credential.expires)
            let kept: LiveCredential?
            switch credential.principal.credential {
            case .session(let id): kept = remember(fresh, as: id, in: \.sessions, .session(id), since: mark)
            case .key(let id): kept = remember(fresh, as: id, in: \.keys, .key(id), since: mark)
            case .machine, .foreign: return nil
            }
            if let kept { return kept }
        }
    }

    private func isUnchanged(_ credential: LiveCredential, at time: Timestamp) async -> Bool {
        do throws(AccountError) {
            switch credential.principal.credential {
            case .session(let id):
                guard let found = try await store.session(id, at: time) else { return false }
                return principal(of: found) == credential.principal
            case .key(let id):
                guard let found = try await store.key(id) else { return false }
                return principal(of: found, at: time) == credential.principal && found.0.expires == credential.expires
            case .machine, .foreign: return false  // the store knows nothing of them
            }
        } catch {
            return false
        }
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
