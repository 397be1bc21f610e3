import CCrypt
import CCrypto

/// A hash by bcrypt: `$2b$` (or `$2a$`, `$2y$`), the cost, 22 characters of salt, 31 of hash.
///
/// bcrypt looks at the first 72 bytes of a password. Whoever could log in before by these can do so here, once: then
/// the hash is replaced by one of the whole password. A password with a zero byte is never right: C's texts end there.
struct BcryptHash: Sendable, Hashable {
    private let setting: String
    private let hash: [UInt8]

    /// The logarithm of the rounds: 14 takes about a second, and each further one twice as long.
    static let costMax = 14
    private static let costMin = 4
    /// Bytes of a password that count.
    static let passwordBytesMax = 72
    private static let settingLength = 29
    private static let form = "$2b$cost$ and 53 characters"

    init(_ text: String) throws(PasswordHashError) {
        let bytes = Array(text.utf8)
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard bytes.count == 60, parts.count == 4, parts[0].isEmpty, ["2a", "2b", "2y"].contains(parts[1]),
            parts[2].utf8.count == 2, let cost = Int(parts[2]), (Self.costMin...31).contains(cost),
            parts[3].utf8.allSatisfy(Self.isDigit)
        else { throw .malformed(Self.form) }
        guard cost <= Self.costMax else {
            throw PasswordHashError(.tooCostly, "the hash may have a cost of \(Self.costMax) at most")
        }
        setting = String(decoding: bytes.prefix(Self.settingLength), as: UTF8.self)
        hash = Array(bytes.dropFirst(Self.settingLength))
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: false
        }
    }

    var text: String { setting + String(decoding: hash, as: UTF8.self) }

    /// Whether a password is the one; `nil` without memory for it.
    func matches(_ password: WipedBytes) -> Bool? {
        let (start, hasZero) = unsafe password.withBytes { bytes in
            unsafe (WipedBytes(bytes.prefix(Self.passwordBytesMax)), bytes.contains(0))
        }
        guard let computed = Self.compute(start, setting) else { return nil }
        // The salt's last character has bits that say nothing, and the library writes them anew: only the hash counts.
        guard computed.count == hash.count else { return false }
        let isSame = unsafe CRYPTO_memcmp(computed, hash, hash.count) == 0
        return isSame && !hasZero
    }

    private static func compute(_ password: WipedBytes, _ setting: String) -> [UInt8]? {
        let work = UnsafeMutablePointer<crypt_data>.allocate(capacity: 1)
        unsafe work.initialize(to: crypt_data())
        defer {
            unsafe OPENSSL_cleanse(work, MemoryLayout<crypt_data>.size)
            unsafe work.deallocate()
        }
        return unsafe password.withBytes { bytes -> [UInt8]? in
            guard let start = bytes.baseAddress else { return nil }
            return unsafe start.withMemoryRebound(to: CChar.self, capacity: bytes.count + 1) { phrase in
                guard let output = unsafe crypt_r(phrase, setting, work) else { return nil }
                let text = Array(unsafe String(cString: output).utf8)
                return text.count == 60 ? Array(text.dropFirst(settingLength)) : nil
            }
        }
    }
}
