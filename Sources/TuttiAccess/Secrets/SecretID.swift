public import TuttiCore

/// Names a secret that is kept, over all of its values; it is not the secret.
public struct SecretID: Identifier {
    /// `sec`
    public static let prefix = "sec"
    /// The whole text, prefix included.
    public let text: String

    /// Takes a text that is known to be well formed.
    public init(trusted text: String) { self.text = text }
}
