import TuttiCore
import TuttiRuntime

extension Accounts {
    /// Logs in somebody whom another issuer vouches for: the person that is linked to it, else the one with the same
    /// address if somebody vouches for that here, too, else a new one where the rules let anybody in.
    ///
    /// - Parameters:
    ///   - email: counts only when the issuer has confirmed it.
    ///   - name: what the issuer calls the person.
    /// - Throws: ``AccountError`` `registration_closed`, `address_taken`, `login_refused`, `bad_input`,
    ///   `accounts_unusable`.
    package func login(
        issuer: String, subject: String, email: String?, name: String?, under rules: RegistrationRules,
        from visit: Visit
    ) async throws(AccountError) -> Login {
        if let user = try await store.user(issuer: issuer, subject: subject, tenant: tenant) {
            return try await login(user, issuer: issuer, from: visit)
        }
        guard try await hasUsers() else {
            throw AccountError(
                "code_required", "the first account is made with a password; log in by an issuer afterwards")
        }
        let user: User
        if let email, let known = try await store.user(login: email.lowercased(), tenant: tenant),
            known.email == email.lowercased()
        {
            // Somebody may have made an account with another's address, to wait in it for its owner with a password
            // that only that one knows.
            guard known.isEmailVouched else {
                throw AccountError(
                    "address_taken",
                    "there is an account with this address, for which nobody vouches; log in with its password, or ask "
                        + "an owner to set the address again")
            }
            user = known
        } else {
            user = try await newcomer(email: email, name: name, under: rules, from: visit)
        }
        guard user.isActive else { throw .loginRefused }
        try await store.link(
            issuer: issuer, subject: subject, to: user.id,
            telling: draft(.identityLinked, of: user, from: visit, details: ["issuer": issuer]))
        return try await login(user, issuer: issuer, from: visit)
    }

    private func newcomer(
        email: String?, name: String?, under rules: RegistrationRules, from visit: Visit
    ) async throws(AccountError) -> User {
        guard rules.isOpen, let email else {
            throw AccountError(
                "registration_closed", "nobody here has this address; ask an owner for an invitation first")
        }
        let now = clock.now()
        // Two people may have the same word before the @; whoever comes later gets a number behind it.
        let word = Self.username(of: email)
        let number = random.draw { UInt16.random(in: 1000...9999, using: &$0) }
        let taken = try await store.user(login: word, tenant: tenant) != nil
        let names = try UserNames(
            username: taken ? "\(word)-\(number)" : word, email: email,
            name: name.map { CleanText.line($0, bytesMax: UserNames.nameLengthMax) })
        let user = User(
            id: random.draw { UserID(at: now, using: &$0) }, tenant: tenant, username: names.username,
            email: names.email, isEmailVouched: true, name: names.name, password: nil, roles: rules.roles, created: now)
        try await store.add(
            user, using: nil, isFirst: false, at: now, telling: draft(.userRegistered, of: user, from: visit))
        return user
    }

    private static func username(of email: String) -> String {
        let word = email.lowercased().prefix { $0 != "@" }.filter { character in
            character.isASCII && (character.isLetter || character.isNumber || ".-_".contains(character))
        }
        let trimmed = word.drop { !($0.isLetter || $0.isNumber) }.prefix(40)
        return trimmed.count < UserNames.usernameLengths.lowerBound ? "user-\(trimmed)" : String(trimmed)
    }
}
