public import TuttiCore

/// Names a person with an account.
public struct UserID: Identifier {
    /// `usr`
    public static let prefix = "usr"
    /// The whole text, prefix included.
    public let text: String

    /// Takes a text that is known to be well formed.
    public init(trusted text: String) { self.text = text }
}

/// Names one login of a person on one device, from its beginning to its end, over all of its tokens.
public struct SessionID: Identifier {
    /// `ses`
    public static let prefix = "ses"
    /// The whole text, prefix included.
    public let text: String

    /// Takes a text that is known to be well formed.
    public init(trusted text: String) { self.text = text }
}

/// Names an API key; it is not the key.
public struct APIKeyID: Identifier {
    /// `key`
    public static let prefix = "key"
    /// The whole text, prefix included.
    public let text: String

    /// Takes a text that is known to be well formed.
    public init(trusted text: String) { self.text = text }
}
