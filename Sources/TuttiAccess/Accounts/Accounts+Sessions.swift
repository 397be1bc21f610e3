import Synchronization
package import TuttiCore
import TuttiRuntime

/// What somebody gets who has logged in.
package struct Login: Sendable {
    package var user: User
    package var session: LoginSession
    package var accessToken: SecretText
    package var refreshToken: SecretText
    /// How long the access token is good.
    package var lifetime: Duration
}

extension Accounts {
    // MARK: Logging in

    /// Begins a session for who knows a name, or an address, and its password.
    ///
    /// An unknown name costs the same time and gives the same answer as a wrong password. After some failures in vain
    /// the next try has to wait, longer each time.
    ///
    /// - Throws: ``AccountError`` `login_refused`, `login_delayed`, `busy`, `accounts_unusable`.
    package func login(
        name: String, password: SecretText, from visit: Visit
    ) async throws(AccountError) -> Login {
        let login = CleanText.line(name.lowercased(), bytesMax: UserNames.emailLengthMax)
        // First, for every name alike: an account has one delay, whichever of its names is typed.
        let user = try await store.user(login: login, tenant: tenant)
        let counted = user.map(Self.delayed) ?? "name:" + login
        if let wait = delays.mayTry(account: counted, address: visit.limited, at: clock.uptime()) {
            throw .loginDelayed(wait)
        }
        let verdict: PasswordVerdict
        do throws(PasswordError) {
            verdict = try await hasher.check(password, against: user.flatMap { $0.isActive ? $0.password : nil })
        } catch {
            // It was not their fault.
            delays.takeBack(account: counted, address: visit.limited, at: clock.uptime())
            // Too long for a password is a wrong one.
            if error.code == .tooLong { throw .loginRefused }
            throw AccountError(error, field: "/password")
        }
        guard let user, case .right(let upgraded) = verdict else {
            try await tell(
                AuditDraft(
                    time: clock.now(), tenant: tenant, actor: .nobody(login, address: visit.address),
                    action: .loginFailed, target: user.map { AuditTarget(kind: "user", id: $0.id.text) },
                    outcome: .refused, request: visit.request))
            throw .loginRefused
        }
        delays.succeeded(account: counted, address: visit.limited, at: clock.uptime())
        return try await begin(
            for: user, checked: user.password, upgraded: upgraded, .loginSucceeded, from: visit)
    }

    /// By what tries of somebody's password are counted.
    static func delayed(_ user: User) -> String { user.id.text }

    /// Begins a session for somebody whom another issuer vouches for.
    ///
    /// - Throws: ``AccountError`` `login_refused`, `accounts_unusable`.
    package func login(_ user: User, issuer: String, from visit: Visit) async throws(AccountError) -> Login {
        guard user.isActive else { throw .loginRefused }
        return try await begin(
            for: user, checked: nil, upgraded: nil, .loginForeign, from: visit, details: ["issuer": issuer])
    }

    /// A session has a fresh name each time: none that somebody knew before is ever made one.
    private func begin(
        for user: User, checked: PasswordHash?, upgraded: PasswordHash?, _ action: AuditAction, from visit: Visit,
        details: [String: String] = [:]
    ) async throws(AccountError) -> Login {
        let now = clock.now()
        let session = LoginSession(
            id: random.draw { SessionID(at: now, using: &$0) }, user: user.id, device: visit.device,
            address: visit.address, created: now, lastUsed: now, expires: now + Self.sessionLifetime)
        let refresh = random.draw { OpaqueToken(.refresh, using: &$0) }
        let kept = RefreshToken(hash: refresh.hash, session: session.id, expires: session.expires)
        var draft = draft(action, of: user, from: visit, details: details)
        draft.target = AuditTarget(kind: "session", id: session.id.text)
        gate.forget(
            try await store.begin(session, kept, checked: checked, upgraded: upgraded, telling: draft))
        return try login(user, session, refresh)
    }

    private func login(_ user: User, _ session: LoginSession, _ refresh: OpaqueToken) throws(AccountError) -> Login {
        guard let issuer = signingKeys.issuer else { throw .unusable("the keys of tokens are not there yet") }
        let number = random.draw { $0.next() }
        let token = issuer.issue(
            subject: user.id.text, session: session.id.text, id: String(number, radix: 36),
            extra: [
                "role": .string(user.mainRole), "roles": .array(user.roles.sorted().map { .string($0) }),
                "tenant": .string(user.tenant),
            ], at: clock.now(), lifetime: Self.accessLifetime)
        return Login(
            user: user, session: session, accessToken: SecretText(token), refreshToken: refresh.text,
            lifetime: Self.accessLifetime)
    }

    // MARK: Going on

    /// Takes a refresh token and gives the next one. A token that was used before ends its whole session: two have it,
    /// and one of them is a thief.
    ///
    /// - Throws: ``AccountError`` `refresh_refused`, `accounts_unusable`.
    package func refresh(_ text: String, from visit: Visit) async throws(AccountError) -> Login {
        guard let token = OpaqueToken(.refresh, text) else { throw .refreshRefused }
        let next = random.draw { OpaqueToken(.refresh, using: &$0) }
        let rotation = try await store.rotate(
            token.hash, to: next.hash, tenant: tenant, at: clock.now(), lifetime: Self.sessionLifetime, from: visit)
        switch rotation {
        case .rotated(let session, let user): return try login(user, session, next)
        case .reused(let session):
            gate.forget([session.id])
            throw .refreshRefused
        case .refused: throw .refreshRefused
        }
    }

    // MARK: Logging out

    /// Ends a session, with all its tokens, at once.
    ///
    /// - Parameter user: only a session of this person; `nil` for anybody's.
    /// - Returns: whether it was there.
    /// - Throws: ``AccountError`` `accounts_unusable`.
    @discardableResult
    package func end(
        _ session: SessionID, of user: UserID?, by actor: AuditActor, from visit: Visit
    ) async throws(AccountError) -> Bool {
        let draft = AuditDraft(
            time: clock.now(), tenant: tenant, actor: actor, action: .sessionEnded,
            target: AuditTarget(kind: "session", id: session.text), request: visit.request)
        let wasThere = try await store.end(session, of: user, tenant: tenant, telling: draft)
        if wasThere { gate.forget([session]) }
        return wasThere
    }

    /// Ends all sessions of a person.
    ///
    /// - Throws: ``AccountError`` `accounts_unusable`.
    package func endAll(of user: UserID, by actor: AuditActor, from visit: Visit) async throws(AccountError) -> Int {
        let draft = AuditDraft(
            time: clock.now(), tenant: tenant, actor: actor, action: .sessionsEnded,
            target: AuditTarget(kind: "user", id: user.text), request: visit.request)
        let ended = try await store.endAll(of: user, telling: draft)
        gate.forget(ended)
        return ended.count
    }
}

extension User {
    /// The role that stands for all of a person's where there is room for one only: the most powerful that is known.
    package var mainRole: String {
        let order = ["owner", "admin", "operator", "agent_operator", "manager", "developer", "user"]
        return order.first(where: roles.contains) ?? roles.min() ?? "none"
    }
}
