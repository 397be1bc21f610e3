import CCrypto
import TuttiCore

/// A key of 32 bytes, in memory that is overwritten when nobody holds it any more. It describes itself by its id.
///
/// `@unchecked Sendable`: the memory is written in `init` and read from then on, until `deinit`.
@safe
final class SecretKey: @unchecked Sendable, CustomStringConvertible, CustomReflectable {
    static let size = 32

    /// The first 8 hexadecimal digits of the SHA-256 of the key: enough to tell keys apart, and nothing to find one by.
    let id: String
    private let memory: UnsafeMutableRawBufferPointer

    /// Takes a copy; `nil` when it is not 32 bytes, or all of them are equal: a key that somebody has left to be filled
    /// in.
    init?(_ bytes: [UInt8]) {
        guard bytes.count == Self.size, Set(bytes).count > 1 else { return nil }
        unsafe memory = .allocate(byteCount: Self.size, alignment: 16)
        unsafe memory.copyBytes(from: bytes)
        id = String(Digest.sha256Hex(bytes).prefix(8))
    }

    deinit {
        unsafe OPENSSL_cleanse(memory.baseAddress, memory.count)
        unsafe memory.deallocate()
    }

    /// Lends the bytes; the pointer is not to outlive the call.
    func withBytes<Output>(_ body: (UnsafePointer<UInt8>?) -> Output) -> Output {
        unsafe body(UnsafePointer(memory.bindMemory(to: UInt8.self).baseAddress))
    }

    /// The key in 64 hexadecimal digits, for the file that it is kept in; to be wiped.
    func hexadecimal() -> [UInt8] {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(Self.size * 2)
        unsafe memory.forEach { byte in text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return text
    }

    var description: String { "key \(id)" }
    var customMirror: Mirror { Mirror(self, children: ["id": id]) }
}

extension SecretKey: Hashable {
    static func == (lhs: SecretKey, rhs: SecretKey) -> Bool {
        unsafe CRYPTO_memcmp(lhs.memory.baseAddress, rhs.memory.baseAddress, size) == 0
    }

    func hash(into hasher: inout Hasher) { hasher.combine(id) }
}
