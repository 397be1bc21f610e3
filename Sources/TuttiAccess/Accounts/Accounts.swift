import Synchronization
package import TuttiCore
package import TuttiRuntime

/// Accounts and what is done with them: making one, logging in and out, keys and codes.
///
/// Whatever it changes is in the audit log, and the ``AccessGate`` knows of it at once.
package final class Accounts: Sendable {
    package let store: any AccountStore
    package let gate: AccessGate
    package let signingKeys: SigningKeys
    package let tenant: String
    let log: any AuditLog
    let hasher: PasswordHasher
    let delays: SharedLoginDelays
    let clock: any Timekeeper
    let random: LockedGenerator
    /// Whether anybody has an account; `nil` while nobody has looked.
    private let presence = Mutex<Bool?>(nil)
    /// The machine's user, as long as nobody has an account: what it streams ends when somebody has.
    package let localMode: LiveCredential

    /// How long an access token is good.
    package static let accessLifetime: Duration = .seconds(15 * 60)
    /// How long a session goes on without being used.
    package static let sessionLifetime: Duration = .seconds(7 * 86_400)

    package init(
        store: any AccountStore, gate: AccessGate, signingKeys: SigningKeys, log: any AuditLog, hasher: PasswordHasher,
        delays: SharedLoginDelays = SharedLoginDelays(), tenant: String, clock: any Timekeeper, random: LockedGenerator
    ) {
        self.store = store
        self.gate = gate
        self.signingKeys = signingKeys
        self.log = log
        self.hasher = hasher
        self.delays = delays
        self.tenant = tenant
        self.clock = clock
        self.random = random
        localMode = LiveCredential(
            Principal(tenant: tenant, id: nil, name: User.owner, roles: [User.owner], credential: .machine))
    }

    /// Reads the keys of tokens, and takes up what another process has changed.
    ///
    /// - Throws: ``AccountError`` `accounts_unusable`.
    package func load() async throws(AccountError) {
        // First: that keys cannot be read must not keep alive what another process has ended.
        await gate.takeUpChanges(at: clock.now())
        try await signingKeys.load()
        gate.use(signingKeys.verifier)
        if !areKnownToExist { presence.withLock { $0 = nil } }
        _ = try await hasUsers()
    }

    /// Whether anybody has an account. Once somebody has, somebody always does: the last owner cannot go. That another
    /// process has made the first one is known after ``load()``.
    ///
    /// - Throws: ``AccountError`` `accounts_unusable`.
    package func hasUsers() async throws(AccountError) -> Bool {
        if let known = presence.withLock({ $0 }) { return known }
        let found = try await store.hasUsers(tenant: tenant)
        if found { endLocalMode() } else { presence.withLock { $0 = $0 ?? false } }
        return found
    }

    private func endLocalMode() {
        presence.withLock { $0 = true }
        localMode.becomeStale()
    }

    /// Whether somebody is known to have an account, without a look at the file.
    package var areKnownToExist: Bool { presence.withLock { $0 } == true }

    /// The time by which everything here is decided.
    package var now: Timestamp { clock.now() }

    // MARK: Making an account

    /// Makes an account: the first one for its owner, others for who has an invitation, or for anybody where the rules
    /// say so. Its roles are never said by who makes it.
    ///
    /// - Throws: ``AccountError`` `bad_input`, `username_exists`, `email_exists`, `code_refused`, `code_required`,
    ///   `registration_closed`, `busy`, `accounts_unusable`.
    package func register(
        _ registration: Registration, under rules: RegistrationRules, from visit: Visit
    ) async throws(AccountError) -> User {
        let names = try UserNames(
            username: registration.username, email: registration.email, name: registration.name)
        let isFirst = try await !hasUsers()
        let now = clock.now()
        let admission = try await admission(registration, names, isFirst: isFirst, rules, at: now)
        let password = try await hash(registration.password)
        let user = User(
            id: random.draw { UserID(at: now, using: &$0) }, tenant: tenant, username: names.username,
            email: names.email, isEmailVouched: admission.isEmailVouched, name: names.name, password: password,
            roles: admission.roles, created: now)
        try await store.add(
            user, using: admission.code, isFirst: isFirst, at: now,
            telling: draft(
                .userRegistered, of: user, from: visit, details: ["roles": user.roles.sorted().joined(separator: " ")]))
        endLocalMode()
        return user
    }

    /// Which code lets somebody in, and what it makes of them.
    private struct Admission {
        var code: String?
        var roles: Set<String>
        var isEmailVouched: Bool
    }

    private func admission(
        _ registration: Registration, _ names: UserNames, isFirst: Bool, _ rules: RegistrationRules, at now: Timestamp
    ) async throws(AccountError) -> Admission {
        if isFirst, !rules.needsSetupCode { return Admission(roles: [User.owner], isEmailVouched: true) }
        guard let text = registration.code, !text.isEmpty else {
            if isFirst {
                throw AccountError(
                    "code_required", "the first account needs the setup code, which stands in the server's log",
                    field: "/code", rule: "required")
            }
            guard rules.isOpen else {
                throw AccountError(
                    "registration_closed", "accounts are made by invitation here; ask an owner for one",
                    field: "/code", rule: "required")
            }
            return Admission(roles: rules.roles, isEmailVouched: false)
        }
        guard let token = OpaqueToken(isFirst ? .setup : .invitation, text),
            let code = try await store.code(hash: token.hash, at: now), code.tenant == tenant
        else { throw .codeRefused }
        if let email = code.email, email != names.email {
            throw AccountError(
                "code_refused", "the invitation is for another address of mail", field: "/email", rule: "invited")
        }
        switch code.purpose {
        case .setup: return Admission(code: code.hash, roles: [User.owner], isEmailVouched: true)
        case .invitation(let roles):
            return Admission(code: code.hash, roles: roles, isEmailVouched: code.email != nil)
        case .reset: throw .codeRefused
        }
    }

    func hash(_ password: SecretText, field: String = "/password") async throws(AccountError) -> PasswordHash {
        do throws(PasswordError) {
            return try await hasher.hash(password)
        } catch {
            throw AccountError(error, field: field)
        }
    }

    // MARK: What is told

    func draft(
        _ action: AuditAction, of user: User, by actor: AuditActor? = nil, from visit: Visit,
        outcome: AuditOutcome = .done, details: [String: String] = [:]
    ) -> AuditDraft {
        AuditDraft(
            time: clock.now(), tenant: tenant,
            actor: actor
                ?? AuditActor(id: user.id.text, name: user.username, credential: .nobody, address: visit.address),
            action: action, target: AuditTarget(kind: "user", id: user.id.text), outcome: outcome,
            request: visit.request, details: details)
    }

    /// Removes what has expired; streams of sessions that have ended so end, too. What cannot be removed now is removed
    /// at the next call.
    package func clearExpired() async {
        while let cleared = try? await store.clearExpired(at: clock.now()) {
            gate.forget(cleared.sessions)
            if cleared.count < AccountLimits.clearedMax { return }
        }
    }

    /// Keeps an entry that nothing else is kept with. That it cannot be kept ends what it tells of.
    func tell(_ draft: AuditDraft) async throws(AccountError) {
        do throws(AuditError) {
            _ = try await log.append([draft])
        } catch {
            throw .unusable("the audit log cannot be written at the moment; nothing has changed")
        }
    }
}

extension AccountError {
    init(_ error: PasswordError, field: String) {
        switch error.code {
        case .tooShort, .tooLong: self = .bad(field, "length", error.message)
        case .busy: self.init("busy", error.message, retryAfter: error.retryAfter ?? .seconds(1))
        case .cancelled, .failed: self = .unusable(error.message)
        }
    }
}
