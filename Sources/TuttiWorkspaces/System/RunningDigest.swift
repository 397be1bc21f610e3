import CCrypto

/// The SHA-256 of bytes that come in pieces.
@safe final class RunningDigest {
    private let context: OpaquePointer

    init() {
        guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("a digest is made unless memory has ended")
        }
        unsafe self.context = context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    func update(_ bytes: ArraySlice<UInt8>) {
        let status = unsafe bytes.withUnsafeBytes { unsafe EVP_DigestUpdate(context, $0.baseAddress, $0.count) }
        precondition(status == 1, "a digest takes bytes until it is finished")
    }

    /// The digest of all; nothing can be added afterwards.
    func finish() -> ObjectHash {
        var digest = [UInt8](repeating: 0, count: ObjectHash.byteCount)
        let status = unsafe EVP_DigestFinal_ex(context, &digest, nil)
        precondition(status == 1, "a digest is finished once")
        return ObjectHash(bytes: digest[...])
    }

    /// The digest of bytes that are all there.
    static func hash(_ bytes: [UInt8]) -> ObjectHash {
        var digest = [UInt8](repeating: 0, count: ObjectHash.byteCount)
        unsafe bytes.withUnsafeBufferPointer { source in
            _ = unsafe SHA256(source.baseAddress, source.count, &digest)
        }
        return ObjectHash(bytes: digest[...])
    }
}
