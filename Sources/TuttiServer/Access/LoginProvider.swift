package import TuttiCore

/// Another issuer by which people log in, joined in the composition.
package protocol LoginProvider: Sendable {
    /// What it is called in paths.
    var name: String { get }

    /// Begins a login.
    ///
    /// - Parameter redirect: where the browser is to come back to.
    /// - Throws: ``LoginProviderError``.
    func begin(redirect: String, at time: Timestamp) async throws(LoginProviderError) -> LoginBegun

    /// Who has come back.
    ///
    /// - Parameters:
    ///   - kept: what ``LoginBegun/kept`` was.
    ///   - answer: the query with which the browser has come back.
    /// - Throws: ``LoginProviderError``.
    func finish(
        kept: SecretText, answer: LoginAnswer, at time: Timestamp
    ) async throws(LoginProviderError) -> ForeignIdentity
}

/// A login at another issuer that has begun.
package struct LoginBegun: Sendable {
    /// Where the browser goes.
    package var url: String
    /// For the cookie of this browser.
    package var kept: SecretText

    package init(url: String, kept: SecretText) {
        self.url = url
        self.kept = kept
    }
}

/// With what the browser comes back.
package struct LoginAnswer: Sendable {
    package var code: String?
    package var state: String
    package var issuer: String?
    package var error: String?

    package init(code: String?, state: String, issuer: String?, error: String?) {
        self.code = code
        self.state = state
        self.issuer = issuer
        self.error = error
    }
}

/// Somebody whom another issuer knows.
package struct ForeignIdentity: Sendable, Hashable {
    package var issuer: String
    package var subject: String
    package var email: String?
    package var emailVerified: Bool
    package var name: String?

    package init(issuer: String, subject: String, email: String?, emailVerified: Bool, name: String?) {
        self.issuer = issuer
        self.subject = subject
        self.email = email
        self.emailVerified = emailVerified
        self.name = name
    }
}

/// Why a login at another issuer came to nothing.
package struct LoginProviderError: Error, Sendable, Hashable {
    package var code: String
    package var message: String

    package init(_ code: String, _ message: String) {
        self.code = code
        self.message = message
    }
}
