import CCrypto

/// Secret bytes that are overwritten before their memory is given back.
///
/// `@unchecked Sendable`: nobody changes the bytes between the initialiser and the end.
@safe final class WipedBytes: @unchecked Sendable {
    /// One more than there are bytes: a zero for C's texts.
    private let buffer: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: some Collection<UInt8>) {
        unsafe buffer = .allocate(capacity: bytes.count + 1)
        unsafe buffer.initialize(repeating: 0)
        for (index, byte) in bytes.enumerated() { unsafe buffer[index] = byte }
    }

    deinit {
        unsafe OPENSSL_cleanse(buffer.baseAddress, buffer.count)
        unsafe buffer.deallocate()
    }

    var count: Int { unsafe buffer.count - 1 }

    /// Lends the bytes; a zero stands behind them.
    func withBytes<Result>(_ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
        unsafe body(UnsafeBufferPointer(rebasing: buffer.prefix(count)))
    }
}
