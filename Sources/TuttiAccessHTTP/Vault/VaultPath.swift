import TuttiAccess
import TuttiCore

/// Where a secret lies in the key-value engine: `PREFIX/TENANT/LEVEL/OWNER/NAME`, without an owner for the tenant's
/// own.
///
/// What people have named is written so that it is one name between two slashes, whatever is in it, and so that no two
/// of them are written alike.
struct VaultPath: Sendable {
    let prefix: String

    func folder(_ level: SecretReference.Level, tenant: String) -> String {
        "\(prefix)/\(Self.encode(tenant))/\(level.rawValue)"
    }

    func folder(_ scope: SecretScope, tenant: String) -> String {
        let folder = folder(scope.level, tenant: tenant)
        return scope == .tenant ? folder : folder + "/" + Self.encode(scope.owner)
    }

    func secret(_ name: SecretName, _ scope: SecretScope, tenant: String) -> String {
        folder(scope, tenant: tenant) + "/" + name.text
    }

    /// Letters, digits and `-` as they are; any other byte as `_` and two hexadecimal digits; nothing as `_`.
    static func encode(_ text: String) -> String {
        if text.isEmpty { return "_" }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += Array("_\(Hexadecimal.encode([byte]))".utf8)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// `nil` for what ``encode(_:)`` does not write.
    static func decode(_ text: String) -> String? {
        if text == "_" { return "" }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "_") {
                bytes.append(byte)
            } else {
                guard rest.count >= 2, let value = Hexadecimal.word(rest.prefix(2)) else { return nil }
                bytes.append(UInt8(value))
                rest = rest.dropFirst(2)
            }
        }
        guard let decoded = String(validating: bytes, as: UTF8.self), encode(decoded) == text else { return nil }
        return decoded
    }

    static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "-"): true
        default: false
        }
    }

    /// The same for the same place, always, so that it need not be stored.
    static func id(of name: SecretName, _ scope: SecretScope, tenant: String) -> SecretID {
        var digest = DigestNumbers(SecretContext(tenant: tenant, scope: scope, name: name, version: 0).text)
        return SecretID(at: Timestamp(milliseconds: 0), using: &digest)
    }
}

/// Numbers that follow from a text: 128 bits of its SHA-256 again and again.
private struct DigestNumbers: RandomNumberGenerator {
    private let words: [UInt64]
    private var place = 0

    init(_ text: String) {
        let digest = Digest.sha256(text.utf8)
        words = [0, 8].map { start in digest[start..<(start + 8)].reduce(0) { $0 << 8 | UInt64($1) } }
    }

    mutating func next() -> UInt64 {
        defer { place += 1 }
        return words[place % words.count]
    }
}
