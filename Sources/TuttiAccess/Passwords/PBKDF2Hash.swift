import CCrypto

/// A hash by PBKDF2 (RFC 8018, section 5.2) in the forms that people bring:
///
/// * passlib: `$pbkdf2-sha256$rounds$salt$hash`, both in base64 with `.` for `+`;
/// * Django: `pbkdf2_sha256$rounds$salt$hash`, the salt as it is, the hash in base64;
/// * Werkzeug: `pbkdf2:sha256:rounds$salt$hash`, the salt as it is, the hash in hexadecimal digits.
///
/// All of them with `sha512` in place of `sha256` too.
struct PBKDF2Hash: Sendable, Hashable {
    private enum Algorithm: String, Hashable {
        case sha256, sha512
    }

    private let algorithm: Algorithm
    private let rounds: Int
    private let salt: [UInt8]
    private let hash: [UInt8]
    let text: String

    /// Rounds of a hash that is taken: about a second.
    static let roundsMax = 2_000_000
    static let saltBytesMax = 128
    private static let form =
        "$pbkdf2-sha256$rounds$salt$hash, pbkdf2_sha256$rounds$salt$hash "
        + "or pbkdf2:sha256:rounds$salt$hash"

    /// Whether a text begins as one of the forms.
    static func isForm(of text: String) -> Bool {
        text.hasPrefix("$pbkdf2-") || text.hasPrefix("pbkdf2_") || text.hasPrefix("pbkdf2:")
    }

    /// The parts as texts, and how salt and hash are written.
    private struct Parts {
        let algorithm, rounds, salt, hash: Substring
        let readSalt, readHash: (Substring) -> [UInt8]?
    }

    init(_ text: String) throws(PasswordHashError) {
        guard let parts = Self.parts(of: text), let algorithm = Algorithm(rawValue: String(parts.algorithm)),
            let rounds = PlainNumber.read(parts.rounds), rounds >= 1, let salt = parts.readSalt(parts.salt),
            let hash = parts.readHash(parts.hash)
        else { throw .malformed(Self.form) }
        guard rounds <= Self.roundsMax else {
            throw PasswordHashError(.tooCostly, "the hash may have \(Self.roundsMax) rounds at most")
        }
        guard (1...Self.saltBytesMax).contains(salt.count), (16...64).contains(hash.count) else {
            throw PasswordHashError(
                .tooWeak, "the salt has to have 1 to \(Self.saltBytesMax) bytes and the hash 16 to 64")
        }
        self.algorithm = algorithm
        self.rounds = rounds
        self.salt = salt
        self.hash = hash
        self.text = text
    }

    private static func parts(of text: String) -> Parts? {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        if parts.count == 5, parts[0].isEmpty, parts[1].hasPrefix("pbkdf2-") {
            return Parts(
                algorithm: parts[1].dropFirst(7), rounds: parts[2], salt: parts[3], hash: parts[4],
                readSalt: StrictBase64.dotted.decode, readHash: StrictBase64.dotted.decode)
        }
        if parts.count == 4, parts[0].hasPrefix("pbkdf2_") {
            return Parts(
                algorithm: parts[0].dropFirst(7), rounds: parts[1], salt: parts[2], hash: parts[3],
                readSalt: { Array($0.utf8) }, readHash: StrictBase64.padded.decode)
        }
        let method = parts[0].split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, method.count == 3, method[0] == "pbkdf2" else { return nil }
        return Parts(
            algorithm: method[1], rounds: method[2], salt: parts[1], hash: parts[2],
            readSalt: { Array($0.utf8) }, readHash: bytes(hexadecimal:))
    }

    private static func bytes(hexadecimal text: Substring) -> [UInt8]? {
        let digits = text.utf8.map { digit -> UInt8? in
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
            default: nil
            }
        }
        let values = digits.compactMap(\.self)
        guard values.count == digits.count, values.count.isMultiple(of: 2) else { return nil }
        return stride(from: 0, to: values.count, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }

    /// Whether a password is the one; `nil` without memory for it.
    func matches(_ password: WipedBytes) -> Bool? {
        var computed = [UInt8](repeating: 0, count: hash.count)
        let digest = unsafe algorithm == .sha256 ? EVP_sha256() : EVP_sha512()
        let status = unsafe password.withBytes { bytes -> Int32 in
            guard let start = bytes.baseAddress else { return 0 }
            return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count + 1) { phrase in
                unsafe PKCS5_PBKDF2_HMAC(
                    phrase, Int32(bytes.count), salt, Int32(salt.count), Int32(rounds), digest,
                    Int32(computed.count), &computed)
            }
        }
        guard status == 1 else { return nil }
        return unsafe CRYPTO_memcmp(computed, hash, hash.count) == 0
    }
}
