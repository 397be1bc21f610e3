import CCrypto

/// A key of OpenSSL's.
///
/// `@unchecked Sendable`: the key is never changed after its making, and OpenSSL lets many threads read one.
@safe final class KeyHandle: @unchecked Sendable {
    /// The kinds of which there are algorithms.
    enum Kind: Sendable {
        case rsa, p256, ed25519

        var algorithm: TokenAlgorithm {
            switch self {
            case .rsa: .rs256
            case .p256: .es256
            case .ed25519: .edDSA
            }
        }
    }

    private let key: OpaquePointer
    let kind: Kind

    /// Takes a key over; `nil`, and the key is gone, when it is of no kind that is known here.
    private init?(owning key: OpaquePointer?) {
        guard let key = unsafe key, let kind = unsafe Self.kind(of: key) else {
            unsafe EVP_PKEY_free(key)
            ERR_clear_error()  // the thread's next user of the library must not find our errors
            return nil
        }
        unsafe self.key = key
        self.kind = kind
    }

    deinit { unsafe EVP_PKEY_free(key) }

    private static func kind(of key: OpaquePointer) -> Kind? {
        switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_RSA: return .rsa
        case EVP_PKEY_ED25519: return .ed25519
        case EVP_PKEY_EC:
            var name = [CChar](repeating: 0, count: 32)
            var length = 0
            guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1 else { return nil }
            let group = name.prefix(length).map { UInt8(bitPattern: $0) }
            return group.elementsEqual(SN_X9_62_prime256v1.utf8) ? .p256 : nil
        default: return nil
        }
    }

    // MARK: Making

    /// A new private key by the library's random numbers; `nil` when it has none to give.
    static func generate(_ kind: Kind) -> KeyHandle? {
        let name = kind == .p256 ? "EC" : kind == .ed25519 ? "ED25519" : "RSA"
        let context = unsafe EVP_PKEY_CTX_new_from_name(nil, name, nil)
        defer { unsafe EVP_PKEY_CTX_free(context) }
        guard unsafe EVP_PKEY_keygen_init(context) == 1 else { return nil }
        if kind == .p256, unsafe EVP_PKEY_CTX_set_group_name(context, SN_X9_62_prime256v1) != 1 { return nil }
        var key: OpaquePointer?
        guard unsafe EVP_PKEY_generate(context, &key) == 1 else { return nil }
        return unsafe KeyHandle(owning: key)
    }

    /// A public key in the form of RFC 5280, section 4.1 (SubjectPublicKeyInfo); the point of an elliptic curve has to
    /// be on it.
    convenience init?(publicKeyInfo: [UInt8]) {
        let key = unsafe Self.read(publicKeyInfo) { start, length in unsafe d2i_PUBKEY(nil, start, length) }
        unsafe self.init(owning: key)
    }

    /// An RSA public key in the form of RFC 8017, appendix A.1.1.
    convenience init?(rsaPublicKey: [UInt8]) {
        let key = unsafe Self.read(rsaPublicKey) { start, length in
            unsafe d2i_PublicKey(EVP_PKEY_RSA, nil, start, length)
        }
        unsafe self.init(owning: key)
    }

    /// A private key in the form of RFC 5208.
    convenience init?(pkcs8: [UInt8]) {
        let key = unsafe Self.read(pkcs8) { start, length -> OpaquePointer? in
            guard let info = unsafe d2i_PKCS8_PRIV_KEY_INFO(nil, start, length) else { return nil }
            defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
            return unsafe EVP_PKCS82PKEY(info)
        }
        unsafe self.init(owning: key)
    }

    /// Reads a key out of all the bytes; what has more bytes than a key is none.
    private static func read(
        _ bytes: [UInt8], _ body: (UnsafeMutablePointer<UnsafePointer<UInt8>?>, Int) -> OpaquePointer?
    ) -> OpaquePointer? {
        unsafe bytes.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return nil }
            var place: UnsafePointer<UInt8>? = unsafe start
            guard let key = unsafe body(&place, buffer.count) else { return nil }
            guard unsafe place == start + buffer.count else {
                unsafe EVP_PKEY_free(key)
                return nil
            }
            return unsafe key
        }
    }

    // MARK: Parts

    /// Bits of an RSA modulus or of a curve.
    var bits: Int { Int(unsafe EVP_PKEY_get_bits(key)) }

    /// A number that is part of the key, in big-endian bytes: at least `width` of them.
    func number(_ name: String, width: Int = 0) -> [UInt8]? {
        var number: OpaquePointer?
        guard unsafe EVP_PKEY_get_bn_param(key, name, &number) == 1 else { return nil }
        defer { unsafe BN_clear_free(number) }
        var bytes = [UInt8](repeating: 0, count: max(width, Int(unsafe BN_num_bits(number) + 7) / 8))
        return unsafe BN_bn2binpad(number, &bytes, Int32(bytes.count)) == Int32(bytes.count) ? bytes : nil
    }

    /// The 32 bytes of an Ed25519 public key.
    func rawPublicKey() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 32)
        var length = bytes.count
        guard unsafe EVP_PKEY_get_raw_public_key(key, &bytes, &length) == 1, length == bytes.count else { return nil }
        return bytes
    }

    /// The private key in the form of RFC 5208.
    func pkcs8() -> [UInt8]? {
        guard let info = unsafe EVP_PKEY2PKCS8(key) else { return nil }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        let length = unsafe i2d_PKCS8_PRIV_KEY_INFO(info, nil)
        guard length > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        return unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var place = buffer.baseAddress
            return unsafe i2d_PKCS8_PRIV_KEY_INFO(info, &place) == length
        } ? bytes : nil
    }

    // MARK: Signatures

    /// Ed25519 hashes by itself.
    private var digest: OpaquePointer? { kind == .ed25519 ? nil : unsafe EVP_sha256() }

    /// Whether a signature, in the library's form, is one of a message by this key.
    func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        guard unsafe EVP_DigestVerifyInit(context, nil, digest, nil, key) == 1,
            unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
        else {
            ERR_clear_error()
            return false
        }
        return true
    }

    /// The signature of a message in the library's form; `nil` when there is no memory for it.
    func sign(_ message: [UInt8]) -> [UInt8]? {
        let context = unsafe EVP_MD_CTX_new()
        defer { unsafe EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: Int(unsafe EVP_PKEY_get_size(key)))
        var length = signature.count
        guard unsafe EVP_DigestSignInit(context, nil, digest, nil, key) == 1,
            unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1
        else {
            ERR_clear_error()
            return nil
        }
        return Array(signature.prefix(length))
    }
}
