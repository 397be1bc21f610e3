import CCrypto

/// A hash that a password can be compared with: one of ours, or one that a person brought from another system.
///
/// It is not shown by accident: what prints it shows the scheme.
package struct PasswordHash: Sendable, Hashable {
    private enum Scheme: Sendable, Hashable {
        case argon2id(Argon2Hash)
        case bcrypt(BcryptHash)
        case pbkdf2(PBKDF2Hash)
    }

    private let scheme: Scheme

    /// Bytes of a text; the longest hash that is taken has about 300.
    package static let bytesMax = 512

    init(_ hash: Argon2Hash) { scheme = .argon2id(hash) }

    /// Reads a hash: Argon2id in the PHC form, bcrypt (`$2a$`, `$2b$`, `$2y$`), or PBKDF2 as passlib, Django and
    /// Werkzeug write it.
    ///
    /// - Throws: `unknownScheme`, `malformed`, `tooWeak`, and `tooCostly` for one that would stop the server.
    package init(_ text: String) throws(PasswordHashError) {
        guard text.utf8.count <= Self.bytesMax else {
            throw PasswordHashError(.malformed, "the hash is longer than \(Self.bytesMax) bytes")
        }
        if text.hasPrefix("$argon2id$") {
            scheme = .argon2id(try Argon2Hash(text))
        } else if text.hasPrefix("$2a$") || text.hasPrefix("$2b$") || text.hasPrefix("$2y$") {
            scheme = .bcrypt(try BcryptHash(text))
        } else if PBKDF2Hash.isForm(of: text) {
            scheme = .pbkdf2(try PBKDF2Hash(text))
        } else {
            throw PasswordHashError(
                .unknownScheme, "the hash is neither argon2id nor bcrypt ($2a$, $2b$, $2y$) nor PBKDF2")
        }
    }

    /// The text that is stored; ``init(_:)`` reads it.
    package var stored: String {
        switch scheme {
        case .argon2id(let hash): hash.text
        case .bcrypt(let hash): hash.text
        case .pbkdf2(let hash): hash.text
        }
    }

    /// `argon2id`, `bcrypt` or `pbkdf2`.
    package var schemeName: String {
        switch scheme {
        case .argon2id: "argon2id"
        case .bcrypt: "bcrypt"
        case .pbkdf2: "pbkdf2"
        }
    }

    /// Whether a password is the one, found in a time that does not depend on where it differs; `nil` without memory
    /// for it.
    func matches(_ password: WipedBytes) -> Bool? {
        switch scheme {
        case .bcrypt(let hash): return hash.matches(password)
        case .pbkdf2(let hash): return hash.matches(password)
        case .argon2id(let hash):
            guard let computed = hash.recomputed(password) else { return nil }
            return unsafe CRYPTO_memcmp(computed, hash.hash, computed.count) == 0
        }
    }

    /// Whether a login should replace it.
    func isOlder(than parameters: PasswordParameters) -> Bool {
        if case .argon2id(let hash) = scheme { hash.isWeaker(than: parameters) } else { true }
    }
}

extension PasswordHash: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Such as `[argon2id hash]`.
    package var description: String { "[\(schemeName) hash]" }
    package var debugDescription: String { description }
    /// Nothing inside.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
