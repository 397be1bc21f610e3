package import TuttiCore

/// The digest that names a public key, whoever computes it (RFC 7638).
package enum KeyThumbprint {
    /// The members that say what a key is, by its kind (RFC 7638, section 3.2; RFC 8037, section 2).
    private static let members = [
        "RSA": ["e", "kty", "n"], "EC": ["crv", "kty", "x", "y"], "OKP": ["crv", "kty", "x"],
    ]

    /// The 32 bytes of the thumbprint; `nil` for what is no public key.
    package static func sha256(_ jwk: JSONValue) -> [UInt8]? {
        guard let kind = jwk["kty"]?.stringValue, let names = members[kind] else { return nil }
        var parts: [String: JSONValue] = [:]
        for name in names {
            guard let text = jwk[name]?.stringValue else { return nil }
            parts[name] = .string(text)
        }
        var output = JSONOutput()
        output.value(.object(parts))
        return Digest.sha256(output.bytes)
    }

    /// The first 16 hexadecimal digits of the thumbprint: short enough for each token's header, and long enough that no
    /// two keys of one issuer share them.
    package static func keyID(_ jwk: JSONValue) -> String? {
        sha256(jwk).map { Hexadecimal.encode($0.prefix(8)) }
    }
}
