/// Why something is not taken as a key for tokens.
package struct TokenKeyError: Error, Hashable, CustomStringConvertible {
    /// For programs.
    package enum Code: String, Sendable {
        /// It cannot be read as what it says it is.
        case malformed
        /// It is a key of a kind that signs no tokens here.
        case unsupported
        /// It is too short to be safe.
        case weak
        /// It is a private key where everybody may see the public one.
        case privateKey = "private_key"
        /// It is a certificate, not a key.
        case certificate
        /// It is a key for another algorithm or another use than was asked for.
        case mismatch
        /// There are more keys than are taken.
        case tooMany = "too_many"
    }

    package let code: Code
    /// For people: the rule and the way out, and nothing of the key.
    package let message: String

    package var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
