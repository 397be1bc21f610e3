import CCrypto

/// `at_hash`: what a token of login says of the access token that came with it (OpenID Connect Core 1.0, 3.1.3.6).
package enum AccessTokenHash {
    /// The left half of the digest that belongs to the algorithm of the token of login, in base64url. Ed25519 has
    /// SHA-512 within itself (RFC 8032, 5.1); the others have SHA-256 in their names.
    package static func value(of accessToken: String, by algorithm: TokenAlgorithm) -> String {
        let bytes = Array(accessToken.utf8)
        let isLong = algorithm == .edDSA
        var digest = [UInt8](repeating: 0, count: Int(isLong ? SHA512_DIGEST_LENGTH : SHA256_DIGEST_LENGTH))
        unsafe bytes.withUnsafeBufferPointer { source in
            if isLong {
                _ = unsafe SHA512(source.baseAddress, source.count, &digest)
            } else {
                _ = unsafe SHA256(source.baseAddress, source.count, &digest)
            }
        }
        return StrictBase64.url.encode(digest.prefix(digest.count / 2))
    }
}
