package import TuttiCore

/// Keys as JSON (RFC 7517; RFC 7518, section 6; RFC 8037, section 2).
extension VerificationKey {
    /// A public key.
    ///
    /// - Throws: `unsupported` for another kind, curve, use or algorithm than those of ``TokenAlgorithm``, `privateKey`
    ///   when the private half is there too, `weak` for a short RSA key, `malformed` for the rest.
    package init(jwk: JSONValue) throws(TokenKeyError) {
        guard case .object(let members) = jwk else { throw TokenKeyError(.malformed, "a key is a JSON object") }
        guard members["k"] == nil, members["d"] == nil else {
            throw TokenKeyError(
                .privateKey, "a public key was expected, and this one holds its secret (`d` or `k`); publish it without"
            )
        }
        try Self.checkUse(members)
        let handle = try Self.handle(members)
        if let name = members["alg"], name != .string(handle.kind.algorithm.rawValue) {
            throw TokenKeyError(.unsupported, "the key's `alg` is not \(handle.kind.algorithm.rawValue)")
        }
        if let id = members["kid"], id.stringValue == nil {
            throw TokenKeyError(.malformed, "`kid` has to be a text")
        }
        try self.init(handle, id: members["kid"]?.stringValue)
    }

    private static func checkUse(_ members: [String: JSONValue]) throws(TokenKeyError) {
        if let use = members["use"], use != "sig" {
            throw TokenKeyError(.unsupported, "the key's `use` is not sig")
        }
        guard let operations = members["key_ops"] else { return }
        guard case .array(let names) = operations, names.contains("verify") else {
            throw TokenKeyError(.unsupported, "the key's `key_ops` do not name verify")
        }
    }

    private static func handle(_ members: [String: JSONValue]) throws(TokenKeyError) -> KeyHandle {
        switch (members["kty"]?.stringValue, members["crv"]?.stringValue) {
        case ("RSA", _): return try rsa(members)
        case ("EC", "P-256"): return try p256(members)
        case ("OKP", "Ed25519"): return try ed25519(members)
        default:
            throw TokenKeyError(.unsupported, "the key has to be RSA, EC on P-256 or OKP on Ed25519")
        }
    }

    private static func part(
        _ name: String, of members: [String: JSONValue], bytes: ClosedRange<Int>
    ) throws(TokenKeyError) -> [UInt8] {
        guard let text = members[name]?.stringValue, let part = StrictBase64.url.decode(text),
            bytes.contains(part.count)
        else {
            let count = bytes.count == 1 ? "\(bytes.lowerBound)" : "at most \(bytes.upperBound)"
            throw TokenKeyError(.malformed, "`\(name)` has to be \(count) bytes in base64url without padding")
        }
        return part
    }

    private static func rsa(_ members: [String: JSONValue]) throws(TokenKeyError) -> KeyHandle {
        let modulus = try part("n", of: members, bytes: 1...(rsaBitsMax / 8))
        let exponent = try part("e", of: members, bytes: 1...8)
        let bytes = DistinguishedEncoding.sequence(
            DistinguishedEncoding.integer(modulus) + DistinguishedEncoding.integer(exponent))
        guard let handle = KeyHandle(rsaPublicKey: bytes) else { throw unreadable }
        return handle
    }

    private static func p256(_ members: [String: JSONValue]) throws(TokenKeyError) -> KeyHandle {
        let point =
            try part("x", of: members, bytes: 32...32) + part("y", of: members, bytes: 32...32)
        guard let handle = KeyHandle(publicKeyInfo: p256Beginning + point) else {
            throw TokenKeyError(.malformed, "`x` and `y` are no point of P-256")
        }
        return handle
    }

    private static func ed25519(_ members: [String: JSONValue]) throws(TokenKeyError) -> KeyHandle {
        let point = try part("x", of: members, bytes: 32...32)
        guard let handle = KeyHandle(publicKeyInfo: ed25519Beginning + point) else { throw unreadable }
        return handle
    }

    /// What stands before the two coordinates: id-ecPublicKey, prime256v1, an uncompressed point (RFC 5480).
    private static let p256Beginning: [UInt8] = [
        0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, 0x06, 0x08, 0x2A, 0x86, 0x48,
        0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
    ]
    /// What stands before the 32 bytes: id-Ed25519 (RFC 8410, section 4).
    private static let ed25519Beginning: [UInt8] = [
        0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00,
    ]

    /// The members that say what a key is.
    static func parts(of handle: KeyHandle) throws(TokenKeyError) -> JSONValue {
        func text(_ bytes: [UInt8]) -> JSONValue { .string(StrictBase64.url.encode(bytes)) }
        switch handle.kind {
        case .rsa:
            guard let modulus = handle.number("n"), let exponent = handle.number("e") else { throw unreadable }
            return ["kty": "RSA", "n": text(modulus), "e": text(exponent)]
        case .p256:
            guard let x = handle.number("qx", width: 32), let y = handle.number("qy", width: 32) else {
                throw unreadable
            }
            return ["kty": "EC", "crv": "P-256", "x": text(x), "y": text(y)]
        case .ed25519:
            guard let x = handle.rawPublicKey() else { throw unreadable }
            return ["kty": "OKP", "crv": "Ed25519", "x": text(x)]
        }
    }
}
