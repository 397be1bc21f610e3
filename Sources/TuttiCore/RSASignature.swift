import CCrypto
import FoundationEssentials

/// Signatures by RSA keys (RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017, 8.2), by OpenSSL.
package enum RSASignature {
    /// The signature of a message, or `nil` when the key is none of RSA's or too short for it.
    ///
    /// - Parameter pem: a private key by RFC 5208, between the lines `-----BEGIN PRIVATE KEY-----` and
    ///   `-----END PRIVATE KEY-----`.
    package static func sign(_ message: [UInt8], pem: SecretText) -> [UInt8]? {
        guard let bytes = bytes(of: pem.revealed), let key = unsafe privateKey(bytes) else { return nil }
        defer { unsafe EVP_PKEY_free(key) }
        guard unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_RSA else { return nil }
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Int(unsafe EVP_PKEY_get_size(key)))
        var length = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        else {
            ERR_clear_error()  // the thread's next user of the library must not find our errors
            return nil
        }
        return Array(signature.prefix(length))
    }

    private static func bytes(of pem: String) -> [UInt8]? {
        guard let start = pem.firstRange(of: "-----BEGIN PRIVATE KEY-----")?.upperBound,
            let end = pem[start...].firstRange(of: "-----END PRIVATE KEY-----")?.lowerBound
        else { return nil }
        return Data(base64Encoded: String(pem[start..<end].filter { !$0.isWhitespace })).map { Array($0) }
    }

    private static func privateKey(_ bytes: [UInt8]) -> OpaquePointer? {
        unsafe bytes.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var place: UnsafePointer<UInt8>? = buffer.baseAddress
            guard let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, &place, buffer.count) else {
                ERR_clear_error()
                return nil
            }
            defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
            return unsafe EVP_PKCS82PKEY(info)
        }
    }
}
