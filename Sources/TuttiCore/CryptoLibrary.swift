import CCrypto

/// The library that hashes.
package enum CryptoLibrary {
    /// Its name and release, such as `OpenSSL 3.0.17 1 Jul 2025`.
    package static var version: String {
        guard let text = unsafe OpenSSL_version(OPENSSL_VERSION) else { return "OpenSSL of an unknown version" }
        return unsafe String(cString: text)
    }
}
