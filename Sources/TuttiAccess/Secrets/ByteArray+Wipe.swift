import CCrypto

extension [UInt8] {
    /// Overwrites what is there, in a way that no compiler leaves out, and empties the list. Only the one list that
    /// holds the bytes: copies are somebody else's to wipe.
    mutating func wipe() {
        unsafe withUnsafeMutableBytes { unsafe OPENSSL_cleanse($0.baseAddress, $0.count) }
        removeAll()
    }
}
