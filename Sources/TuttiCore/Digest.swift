import CCrypto

/// SHA-256 and what is made of it, by OpenSSL.
package enum Digest {
    /// The 32 bytes of the digest.
    package static func sha256(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        let input = Array(bytes)
        var digest = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        unsafe input.withUnsafeBufferPointer { source in
            _ = unsafe SHA256(source.baseAddress, source.count, &digest)
        }
        return digest
    }

    /// The digest of a text's UTF-8 bytes in 64 hexadecimal digits.
    package static func sha256Hex(_ text: String) -> String { Hexadecimal.encode(sha256(text.utf8)) }

    /// The digest in 64 hexadecimal digits.
    package static func sha256Hex(_ bytes: some Sequence<UInt8>) -> String { Hexadecimal.encode(sha256(bytes)) }

    /// The 32 bytes of the authentication code of a message by a shared key (RFC 2104).
    package static func hmacSHA256(_ message: some Sequence<UInt8>, key: some Sequence<UInt8>) -> [UInt8] {
        let (message, key) = (Array(message), Array(key))
        var code = [UInt8](repeating: 0, count: Int(SHA256_DIGEST_LENGTH))
        let isMade =
            unsafe HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &code, nil) != nil
        precondition(isMade, "a digest is made unless memory has ended")
        return code
    }
}

extension Digest {
    /// SHA-1 in 40 hexadecimal digits, for names that others have made by it; it keeps nothing safe.
    package static func sha1Hex(_ text: String) -> String {
        let input = Array(text.utf8)
        var digest = [UInt8](repeating: 0, count: Int(SHA_DIGEST_LENGTH))
        _ = unsafe SHA1(input, input.count, &digest)
        return Hexadecimal.encode(digest)
    }
}
