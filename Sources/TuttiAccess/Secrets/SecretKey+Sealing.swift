import CCrypto

/// AES-256 in Galois/counter mode (NIST SP 800-38D) by OpenSSL. A nonce is random; a key may seal 2^32 times before two
/// equal ones have to be thought of (section 8.3 there), which no home comes near.
extension SecretKey {
    /// - Parameters:
    ///   - nonce: 12 bytes, never used before with this key.
    ///   - context: bytes that have to be the same when it is opened.
    func seal(_ plain: [UInt8], nonce: [UInt8], context: [UInt8]) throws(SecretError) -> SealedSecret {
        var tag = [UInt8](repeating: 0, count: SealedSecret.tagSize)
        var text = [UInt8](repeating: 0, count: plain.count)
        let keyID = stride(from: 0, to: 8, by: 2).compactMap { UInt8(id.dropFirst($0).prefix(2), radix: 16) }
        let isSealed = unsafe withContext { cipher in
            var count: Int32 = 0
            return unsafe withBytes { key in
                unsafe EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1
                    && EVP_EncryptUpdate(cipher, nil, &count, context, Int32(context.count)) == 1
                    && EVP_EncryptUpdate(cipher, &text, &count, plain, Int32(plain.count)) == 1
                    && EVP_EncryptFinal_ex(cipher, nil, &count) == 1
                    && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_GET_TAG, Int32(tag.count), &tag) == 1
            }
        }
        guard isSealed, keyID.count == SealedSecret.keyIDSize else {
            throw SecretError(.unusable, "the secret cannot be sealed now; nothing was changed")
        }
        return SealedSecret(keyID: keyID, nonce: nonce, text: text, tag: tag)
    }

    /// What was sealed, to be wiped by the caller; `nil` when anything about it is wrong.
    func open(_ sealed: SealedSecret, context: [UInt8]) -> [UInt8]? {
        guard sealed.isWhole else { return nil }
        let (nonce, text) = (Array(sealed.nonce), Array(sealed.text))
        var tag = Array(sealed.tag)
        var plain = [UInt8](repeating: 0, count: text.count)
        let isOpen = unsafe withContext { cipher in
            var count: Int32 = 0
            return unsafe withBytes { key in
                unsafe EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nil, key, nonce) == 1
                    && EVP_DecryptUpdate(cipher, nil, &count, context, Int32(context.count)) == 1
                    && EVP_DecryptUpdate(cipher, &plain, &count, text, Int32(text.count)) == 1
                    && EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_AEAD_SET_TAG, Int32(tag.count), &tag) == 1
                    && EVP_DecryptFinal_ex(cipher, nil, &count) == 1
            }
        }
        guard isOpen else {
            plain.wipe()  // what was deciphered before the tag was looked at
            return nil
        }
        return plain
    }

    private func withContext(_ body: (OpaquePointer) -> Bool) -> Bool {
        guard let cipher = unsafe EVP_CIPHER_CTX_new() else { return false }
        defer { unsafe EVP_CIPHER_CTX_free(cipher) }  // which wipes the key's schedule
        return unsafe body(cipher)
    }
}
