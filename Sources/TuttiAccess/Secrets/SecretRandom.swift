import CCrypto

/// Where keys and nonces come from: OpenSSL, or a test that says what is drawn.
package struct SecretRandom: Sendable {
    private let fill: @Sendable (Int) -> [UInt8]?

    /// - Parameter fill: as many bytes as asked for; `nil` when there are none to be had.
    package init(_ fill: @escaping @Sendable (Int) -> [UInt8]?) { self.fill = fill }

    /// `RAND_bytes` of OpenSSL, which seeds itself from the system.
    package static let system = SecretRandom { count in
        var bytes = [UInt8](repeating: 0, count: count)
        return unsafe RAND_bytes(&bytes, Int32(count)) == 1 ? bytes : nil
    }

    /// - Throws: ``SecretError`` `.unusable`; no weaker source is asked in its place.
    func bytes(_ count: Int) throws(SecretError) -> [UInt8] {
        guard let bytes = fill(count), bytes.count == count else {
            throw SecretError(.unusable, "the system gives no random bytes now; nothing was changed, try again")
        }
        return bytes
    }
}
