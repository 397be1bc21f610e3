import CCrypto
package import TuttiCore

/// What checks tokens by one algorithm: a public key, or a secret that the issuer knows too.
///
/// The algorithm belongs to the key; a token can only agree with it.
package struct VerificationKey: Sendable {
    /// What tokens name it by; `nil` for a key that is the only one of its issuer.
    package let id: String?
    package let algorithm: TokenAlgorithm
    /// The public key for others, by RFC 7517; `nil` for a secret.
    package let jwk: JSONValue?

    private enum Material: Sendable {
        case open(KeyHandle)
        case shared(WipedBytes)
    }

    private let material: Material

    /// Characters of a name; no issuer needs more, and each token carries it.
    package static let idLengthMax = 256
    /// Bytes of a secret (RFC 7518, section 3.2: as many as the digest has).
    package static let secretBytesMin = 32
    /// Bytes of a secret; a longer one is a file that was given by mistake.
    package static let secretBytesMax = 4096
    /// Bits of an RSA key (RFC 7518, section 3.3).
    package static let rsaBitsMin = 2048
    /// Bits of an RSA key: a longer one makes each check a burden.
    package static let rsaBitsMax = 8192

    /// A secret for HS256: the bytes of the text as they are.
    ///
    /// - Throws: `weak` for fewer than ``secretBytesMin`` bytes.
    package init(secret: SecretText, id: String? = nil) throws(TokenKeyError) {
        try self.init(secretBytes: secret.revealed.utf8, id: id)
    }

    /// The same for a secret that is no text.
    package init(secretBytes: some Collection<UInt8>, id: String? = nil) throws(TokenKeyError) {
        let bytes = WipedBytes(secretBytes)
        guard bytes.count >= Self.secretBytesMin else {
            throw TokenKeyError(
                .weak,
                "the secret for HS256 has \(bytes.count) bytes and needs at least \(Self.secretBytesMin); "
                    + "make one with: openssl rand -base64 48")
        }
        guard bytes.count <= Self.secretBytesMax else {
            throw TokenKeyError(.malformed, "the secret for HS256 is longer than \(Self.secretBytesMax) bytes")
        }
        self.id = try Self.checked(id)
        algorithm = .hs256
        jwk = nil
        material = .shared(bytes)
    }

    init(_ handle: KeyHandle, id: String?) throws(TokenKeyError) {
        try Self.checkStrength(of: handle)
        let id = try Self.checked(id)
        guard case .object(var members) = try Self.parts(of: handle) else { throw Self.unreadable }
        members["alg"] = .string(handle.kind.algorithm.rawValue)
        members["use"] = "sig"
        members["kid"] = id.map { .string($0) }
        self.id = id
        algorithm = handle.kind.algorithm
        jwk = .object(members)
        material = .open(handle)
    }

    private static func checked(_ id: String?) throws(TokenKeyError) -> String? {
        guard let id else { return nil }
        guard !id.isEmpty, id.utf8.count <= idLengthMax else {
            throw TokenKeyError(.malformed, "a key id has 1 to \(idLengthMax) characters")
        }
        return id
    }

    private static func checkStrength(of handle: KeyHandle) throws(TokenKeyError) {
        guard handle.kind == .rsa else { return }
        guard (rsaBitsMin...rsaBitsMax).contains(handle.bits) else {
            throw TokenKeyError(
                .weak, "the RSA key has \(handle.bits) bits; it needs \(rsaBitsMin) to \(rsaBitsMax) bits")
        }
        // With the exponent 1 every text signs itself; an even one has no signatures.
        guard let exponent = handle.number("e"), let last = exponent.last, last & 1 == 1, exponent != [1] else {
            throw TokenKeyError(.weak, "the exponent of the RSA key is no odd number above 1; make a new key")
        }
    }

    static let unreadable = TokenKeyError(.malformed, "the key cannot be read")

    /// Whether a signature in the form of tokens is one of a message by this key.
    ///
    /// A secret's is compared in a time that does not depend on where it differs.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        switch material {
        case .shared(let secret):
            let expected = Self.authenticationCode(of: message, by: secret)
            guard expected.count == signature.count else { return false }
            return unsafe CRYPTO_memcmp(expected, signature, expected.count) == 0
        case .open(let handle) where handle.kind == .p256:
            guard let signature = JOSESignature.libraryForm(signature) else { return false }
            return handle.verifies(signature, of: message)
        case .open(let handle): return handle.verifies(signature, of: message)
        }
    }

    private static func authenticationCode(of message: [UInt8], by secret: WipedBytes) -> [UInt8] {
        var code = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        let isMade = unsafe secret.withBytes { key in
            unsafe HMAC(
                EVP_sha256(), key.baseAddress, Int32(key.count), message, message.count, &code, nil) != nil
        }
        precondition(isMade, "a digest is made unless memory has ended")
        return code
    }
}

extension VerificationKey: CustomStringConvertible, CustomReflectable {
    /// Its name and algorithm.
    package var description: String { "\(algorithm.rawValue) key \(id ?? "without a name")" }
    /// Nothing inside.
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}
