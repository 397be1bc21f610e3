package import TuttiCore
import TuttiRuntime

extension Accounts {
    // MARK: Passwords

    /// Chooses a new password for who knows the present one, and ends all of the person's other sessions.
    ///
    /// - Throws: ``AccountError`` `login_refused`, `login_delayed`, `bad_input`, `busy`, `accounts_unusable`.
    package func changePassword(
        of id: UserID, from current: SecretText, to new: SecretText, keeping session: SessionID?, by actor: AuditActor,
        visit: Visit
    ) async throws(AccountError) {
        guard var user = try await store.user(id, tenant: tenant) else { throw .userUnknown }
        try await check(current, of: user, by: actor, visit: visit)
        user.password = try await hash(new, field: "/new_password")
        (user.version, user.updated) = (user.version + 1, clock.now())
        try await store.change(
            user, ending: session.map { .allBut($0) } ?? .all, using: nil, at: clock.now(),
            telling: draft(.passwordChanged, of: user, by: actor, from: visit))
        gate.forget(user.id)
    }

    /// Guesses at the present password are held up as logins are: a token in wrong hands must not be worth a password.
    private func check(
        _ current: SecretText, of user: User, by actor: AuditActor, visit: Visit
    ) async throws(AccountError) {
        let counted = Self.delayed(user)
        if let wait = delays.mayTry(account: counted, address: visit.limited, at: clock.uptime()) {
            throw .loginDelayed(wait)
        }
        let verdict: PasswordVerdict
        do throws(PasswordError) {
            verdict = try await hasher.check(current, against: user.password)
        } catch {
            // It was not their fault.
            delays.takeBack(account: counted, address: visit.limited, at: clock.uptime())
            throw AccountError(error, field: "/current_password")
        }
        guard case .right = verdict else {
            try await tell(draft(.loginFailed, of: user, by: actor, from: visit, outcome: .refused))
            throw AccountError(
                "login_refused", "the present password is wrong", field: "/current_password", rule: "password")
        }
        delays.succeeded(account: counted, address: visit.limited, at: clock.uptime())
    }

    /// Makes the code by which a person may choose a new password; it is told to nobody but who asks for it.
    ///
    /// - Throws: ``AccountError`` `user_not_found`, `accounts_unusable`.
    package func makeResetCode(
        for id: UserID, by actor: AuditActor, from visit: Visit
    ) async throws(AccountError) -> (code: SecretText, expires: Timestamp) {
        guard let user = try await store.user(id, tenant: tenant) else { throw .userUnknown }
        let code = try await makeCode(
            .reset, .reset(user.id), lifetime: OneTimeCode.resetLifetime, by: actor.name,
            telling: draft(.passwordResetMade, of: user, by: actor, from: visit))
        return code
    }

    /// Chooses a new password by a code, and ends all sessions of the person.
    ///
    /// - Throws: ``AccountError`` `code_refused`, `bad_input`, `busy`, `accounts_unusable`.
    package func resetPassword(
        code text: String, to new: SecretText, from visit: Visit
    ) async throws(AccountError) {
        guard let token = OpaqueToken(.reset, text),
            let code = try await store.code(hash: token.hash, at: clock.now()), case .reset(let id) = code.purpose,
            var user = try await store.user(id, tenant: tenant)
        else { throw .codeRefused }
        user.password = try await hash(new)
        (user.version, user.updated) = (user.version + 1, clock.now())
        try await store.change(
            user, ending: .all, using: code.hash, at: clock.now(),
            telling: draft(.passwordReset, of: user, from: visit))
        gate.forget(user.id)
    }

    // MARK: Invitations and setup

    /// Makes the code by which somebody may make an account.
    ///
    /// - Parameter email: an address that it is for, and for no other.
    /// - Throws: ``AccountError`` `bad_input`, `too_many_invitations`, `accounts_unusable`.
    package func invite(
        roles: Set<String>, email: String?, by actor: AuditActor, from visit: Visit
    ) async throws(AccountError) -> (code: SecretText, expires: Timestamp) {
        let address: String?
        if let email { address = try UserNames.email(email) } else { address = nil }
        var details = ["roles": roles.sorted().joined(separator: " ")]
        details["email"] = address
        let draft = AuditDraft(
            time: clock.now(), tenant: tenant, actor: actor, action: .userInvited, request: visit.request,
            details: details)
        return try await makeCode(
            .invitation, .invitation(roles: roles), email: address, lifetime: OneTimeCode.invitationLifetime,
            by: actor.name, telling: draft)
    }

    /// Withdraws an invitation.
    ///
    /// - Parameter hint: how its code begins.
    /// - Returns: whether it was there.
    /// - Throws: ``AccountError`` `accounts_unusable`.
    package func withdrawInvitation(
        hint: String, by actor: AuditActor, from visit: Visit
    ) async throws(AccountError) -> Bool {
        let draft = AuditDraft(
            time: clock.now(), tenant: tenant, actor: actor, action: .invitationWithdrawn,
            target: AuditTarget(kind: "invitation", id: hint), request: visit.request)
        return try await store.removeInvitation(hint: hint, tenant: tenant, telling: draft)
    }

    /// Makes the code for the first account, in the place of the one before.
    ///
    /// - Throws: ``AccountError`` `accounts_unusable`.
    package func makeSetupCode() async throws(AccountError) -> (code: SecretText, expires: Timestamp) {
        let draft = AuditDraft(time: clock.now(), tenant: tenant, actor: .program, action: .setupMade)
        return try await makeCode(
            .setup, .setup, lifetime: OneTimeCode.setupLifetime, by: AuditActor.program.name, telling: draft)
    }

    private func makeCode(
        _ kind: OpaqueToken.Kind, _ purpose: OneTimeCode.Purpose, email: String? = nil, lifetime: Duration,
        by name: String, telling draft: AuditDraft
    ) async throws(AccountError) -> (code: SecretText, expires: Timestamp) {
        let now = clock.now()
        let token = random.draw { OpaqueToken(kind, using: &$0) }
        let code = OneTimeCode(
            hash: token.hash, hint: token.hint, tenant: tenant, purpose: purpose, email: email, createdBy: name,
            created: now, expires: now + lifetime)
        try await store.add(code, telling: draft)
        return (token.text, code.expires)
    }

    // MARK: Changing people

    /// Changes what is said of a person; what is left out stays. Other roles, and a closed account, count at once. Who
    /// says the address vouches for it, also when it is the same.
    ///
    /// - Throws: ``AccountError`` `user_not_found`, `bad_input`, `username_exists`, `email_exists`, `last_owner`,
    ///   `version_changed`, `accounts_unusable`.
    package func change(
        _ id: UserID, _ change: UserChange, by actor: AuditActor, from visit: Visit
    ) async throws(AccountError) -> User {
        guard let before = try await store.user(id, tenant: tenant) else { throw .userUnknown }
        let names = try UserNames(
            username: change.username ?? before.username, email: change.email ?? before.email,
            name: change.name ?? before.name)
        var user = before
        (user.username, user.email, user.name) = (names.username, names.email, names.name)
        if change.email != nil { user.isEmailVouched = true }
        user.roles = change.roles ?? before.roles
        user.isActive = change.isActive ?? before.isActive
        guard user != before else { return before }
        (user.version, user.updated) = (before.version + 1, clock.now())
        let action: AuditAction =
            user.isActive != before.isActive
            ? user.isActive ? .userEnabled : .userDisabled
            : user.roles != before.roles ? .userRolesChanged : .userChanged
        try await store.change(
            user, ending: user.isActive ? .none : .all, using: nil, at: clock.now(),
            telling: draft(
                action, of: user, by: actor, from: visit,
                details: [
                    "roles": user.roles.sorted().joined(separator: " "),
                    "roles_before": before.roles.sorted().joined(separator: " "),
                ]))
        gate.forget(user.id)
        return user
    }

    /// Removes a person with sessions and keys. What the person has done stays, under the same name.
    ///
    /// - Throws: ``AccountError`` `user_not_found`, `last_owner`, `accounts_unusable`.
    package func remove(_ id: UserID, by actor: AuditActor, from visit: Visit) async throws(AccountError) {
        guard let user = try await store.user(id, tenant: tenant) else { throw .userUnknown }
        try await store.remove(
            id, tenant: tenant,
            telling: draft(.userDeleted, of: user, by: actor, from: visit, details: ["username": user.username]))
        gate.forget(id)
    }

    /// Takes over a person with the hash of another system, which the first login here replaces.
    ///
    /// - Throws: ``AccountError`` `bad_input`, `username_exists`, `email_exists`, `accounts_unusable`.
    package func add(
        _ names: UserNames, password: PasswordHash?, roles: Set<String>, by actor: AuditActor
    ) async throws(AccountError) -> User {
        let now = clock.now()
        let user = User(
            id: random.draw { UserID(at: now, using: &$0) }, tenant: tenant, username: names.username,
            email: names.email, isEmailVouched: true, name: names.name, password: password, roles: roles, created: now)
        try await store.add(
            user, using: nil, isFirst: false, at: now,
            telling: draft(
                .userImported, of: user, by: actor, from: Visit(address: "", device: ""),
                details: ["scheme": password?.schemeName ?? "none"]))
        return user
    }
}

/// What is to be different about a person.
package struct UserChange: Sendable, Hashable {
    package var username: String?
    package var email: String?
    package var name: String?
    package var roles: Set<String>?
    package var isActive: Bool?

    package init(
        username: String? = nil, email: String? = nil, name: String? = nil, roles: Set<String>? = nil,
        isActive: Bool? = nil
    ) {
        self.username = username
        self.email = email
        self.name = name
        self.roles = roles
        self.isActive = isActive
    }
}
