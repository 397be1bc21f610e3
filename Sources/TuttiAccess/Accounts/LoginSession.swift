package import TuttiCore

/// One login of a person on one device, with all tokens that come of it: the family of its refresh tokens.
package struct LoginSession: Sendable, Hashable {
    package var id: SessionID
    package var user: UserID
    /// What the device calls itself, cut.
    package var device: String
    /// Where it was begun, or used last.
    package var address: String
    package var created: Timestamp
    package var lastUsed: Timestamp
    /// When it ends by itself.
    package var expires: Timestamp

    package init(
        id: SessionID, user: UserID, device: String, address: String, created: Timestamp, lastUsed: Timestamp,
        expires: Timestamp
    ) {
        self.id = id
        self.user = user
        self.device = CleanText.line(device, bytesMax: Self.deviceSizeMax)
        self.address = address
        self.created = created
        self.lastUsed = lastUsed
        self.expires = expires
    }

    /// Bytes of what a device calls itself.
    package static let deviceSizeMax = 200
}

/// A refresh token as it is kept.
package struct RefreshToken: Sendable, Hashable {
    /// SHA-256 of the token.
    package var hash: String
    package var session: SessionID
    package var expires: Timestamp

    package init(hash: String, session: SessionID, expires: Timestamp) {
        self.hash = hash
        self.session = session
        self.expires = expires
    }
}

/// What came of a refresh token that was shown.
package enum Rotation: Sendable, Hashable {
    /// The session goes on, with the new token in the place of the old one.
    case rotated(LoginSession, User)
    /// It had been used before: somebody else has it. The session has been ended.
    case reused(LoginSession)
    /// It is unknown or too old, its session has ended, or its person may not log in.
    case refused
}
