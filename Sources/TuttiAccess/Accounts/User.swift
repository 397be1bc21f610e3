package import TuttiCore

/// A person with an account.
package struct User: Sendable, Hashable {
    package var id: UserID
    package var tenant: String
    /// In lower case; unique in the tenant, also among addresses.
    package var username: String
    /// In lower case; unique in the tenant. No mail is ever sent to it.
    package var email: String
    /// Whether somebody else vouches that the address is this person's: whoever has invited it, made the account or
    /// changed the address, or an issuer. The first account vouches for itself.
    package var isEmailVouched: Bool
    /// What people call the person.
    package var name: String
    /// The hash of the password; `nil` for who logs in by another issuer only.
    package var password: PasswordHash?
    package var roles: Set<String>
    /// Whether the person may log in.
    package var isActive: Bool
    package var created: Timestamp
    package var updated: Timestamp
    package var lastLogin: Timestamp?
    /// Counted from 1; grows with each change.
    package var version: Int

    package init(
        id: UserID, tenant: String, username: String, email: String, isEmailVouched: Bool = false, name: String,
        password: PasswordHash?, roles: Set<String>, isActive: Bool = true, created: Timestamp,
        updated: Timestamp? = nil, lastLogin: Timestamp? = nil, version: Int = 1
    ) {
        self.id = id
        self.tenant = tenant
        self.username = username
        self.email = email
        self.isEmailVouched = isEmailVouched
        self.name = name
        self.password = password
        self.roles = roles
        self.isActive = isActive
        self.created = created
        self.updated = updated ?? created
        self.lastLogin = lastLogin
        self.version = version
    }

    /// The role of who may do everything; there is always at least one active person with it.
    package static let owner = "owner"
}

/// What an account is called, checked and in the form in which it is compared.
package struct UserNames: Sendable, Hashable {
    package let username: String
    package let email: String
    package let name: String

    package static let usernameLengths = 3...50
    package static let emailLengthMax = 254
    package static let nameLengthMax = 100

    /// - Parameter name: what people call the person; the username when it is left out.
    /// - Throws: ``AccountError`` `bad_input` with the field.
    package init(username: String, email: String, name: String? = nil) throws(AccountError) {
        self.username = try Self.username(username)
        self.email = try Self.email(email)
        let shown = name ?? username
        guard (1...Self.nameLengthMax).contains(shown.unicodeScalars.count),
            CleanText.line(shown, bytesMax: .max) == shown
        else {
            throw .bad("/name", "length", "a name has 1 to \(Self.nameLengthMax) characters, all on one line")
        }
        self.name = shown
    }

    /// Letters, digits, dots, hyphens and underscores: what can stand in an address or a path, and what nobody can
    /// mistake for another one.
    static func username(_ text: String) throws(AccountError) -> String {
        let lowered = text.lowercased()
        let isWord = lowered.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        guard isWord, usernameLengths.contains(lowered.utf8.count), lowered.utf8.first.map({ $0 >= 0x30 }) == true
        else {
            throw .bad(
                "/username", "format",
                "a username has \(usernameLengths.lowerBound) to \(usernameLengths.upperBound) letters a to z, digits, "
                    + "dots, hyphens and underscores, and begins with a letter or a digit")
        }
        return lowered
    }

    /// Something with one `@`, no white space, and a domain: whether mail arrives there nobody asks.
    static func email(_ text: String) throws(AccountError) -> String {
        let lowered = text.lowercased()
        let parts = lowered.split(separator: "@", omittingEmptySubsequences: false)
        let isPlain = lowered.unicodeScalars.allSatisfy { !$0.properties.isWhitespace && $0.value >= 0x21 }
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, isPlain,
            CleanText.line(lowered, bytesMax: .max) == lowered,  // nothing that cannot be seen
            lowered.unicodeScalars.count <= emailLengthMax
        else {
            throw .bad(
                "/email", "format",
                "an address of mail has the form name@example.org, and at most \(emailLengthMax) characters")
        }
        return lowered
    }
}
