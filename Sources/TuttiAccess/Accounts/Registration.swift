package import TuttiCore

/// What somebody says who wants an account.
package struct Registration: Sendable {
    package var username: String
    package var email: String
    package var name: String?
    package var password: SecretText
    /// An invitation, or the setup code of a server without accounts.
    package var code: String?

    package init(username: String, email: String, name: String? = nil, password: SecretText, code: String? = nil) {
        self.username = username
        self.email = email
        self.name = name
        self.password = password
        self.code = code
    }
}

/// Who may make an account.
package struct RegistrationRules: Sendable, Hashable {
    /// Whether the first account needs the setup code: everywhere but on the machine itself.
    package var needsSetupCode: Bool
    /// Whether anybody may make one; else it takes an invitation.
    package var isOpen: Bool
    /// The roles of who comes without an invitation.
    package var roles: Set<String>

    package init(needsSetupCode: Bool, isOpen: Bool = false, roles: Set<String> = ["user"]) {
        self.needsSetupCode = needsSetupCode
        self.isOpen = isOpen
        self.roles = roles
    }
}
