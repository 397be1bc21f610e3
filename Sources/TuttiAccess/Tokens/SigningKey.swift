/// A private key that signs our own tokens, by EdDSA or ES256.
package struct SigningKey: Sendable {
    /// What tokens name it by.
    package let id: String
    /// ``TokenAlgorithm/edDSA`` or ``TokenAlgorithm/es256``.
    package var algorithm: TokenAlgorithm { verification.algorithm }
    /// The public half.
    package let verification: VerificationKey

    private let handle: KeyHandle

    /// A new key.
    ///
    /// - Throws: `unsupported` for an algorithm that only others sign by.
    package static func generate(_ algorithm: TokenAlgorithm) throws(TokenKeyError) -> SigningKey {
        let handle: KeyHandle? =
            switch algorithm {
            case .edDSA: .generate(.ed25519)
            case .es256: .generate(.p256)
            case .hs256, .rs256: throw TokenKeyError(.unsupported, "keys for \(algorithm.rawValue) \(Self.rule)")
            }
        guard let handle else { throw TokenKeyError(.malformed, "the system gave no random numbers for a new key") }
        return try SigningKey(handle, id: nil)
    }

    /// A key that was kept.
    ///
    /// - Parameters:
    ///   - pkcs8: as ``pkcs8()`` gave it (RFC 5208, without a password).
    ///   - id: the name in tokens; `nil` for the beginning of its thumbprint.
    /// - Throws: `malformed` for other bytes, `unsupported` for a key of another kind.
    package init(pkcs8: [UInt8], id: String? = nil) throws(TokenKeyError) {
        guard let handle = KeyHandle(pkcs8: pkcs8) else {
            throw TokenKeyError(
                .malformed, "this is no PKCS #8 private key on Ed25519 or P-256; make a new key instead")
        }
        guard handle.kind != .rsa else { throw TokenKeyError(.unsupported, "an RSA key \(Self.rule)") }
        try self.init(handle, id: id)
    }

    private static let rule = "can check tokens here, not sign them; sign with an EdDSA or ES256 key"

    private init(_ handle: KeyHandle, id: String?) throws(TokenKeyError) {
        let parts = try VerificationKey.parts(of: handle)
        guard let id = id ?? KeyThumbprint.keyID(parts) else {
            throw TokenKeyError(.malformed, "the key has no thumbprint")
        }
        verification = try VerificationKey(handle, id: id)
        self.id = id
        self.handle = handle
    }

    /// The key in the form of RFC 5208, in clear: it goes nowhere but into a secret store.
    package func pkcs8() -> [UInt8] {
        guard let bytes = handle.pkcs8() else {
            preconditionFailure("a private key is written unless memory has ended")
        }
        return bytes
    }

    /// The signature of a message in the form of tokens: 64 bytes.
    package func sign(_ message: [UInt8]) -> [UInt8] {
        let signature = handle.sign(message)
        let inTokens = handle.kind == .p256 ? signature.flatMap(JOSESignature.tokenForm) : signature
        guard let inTokens else { preconditionFailure("a private key signs unless memory has ended") }
        return inTokens
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// Its name and algorithm.
    package var description: String { "\(algorithm.rawValue) signing key \(id)" }
    /// Nothing inside.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
