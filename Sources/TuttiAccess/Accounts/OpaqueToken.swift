package import TuttiCore

/// Something that somebody is given once to keep, such as an API key or a code, and of which only the hash is kept
/// here.
///
/// 32 bytes of the system's generator as 43 digits of base 62, behind a word that says what it is, so that programs
/// which look for leaked secrets find it. Six more digits are a checksum: what was mistyped is told from what is
/// unknown without a look at any file.
package struct OpaqueToken: Sendable, Hashable {
    /// What it is.
    package enum Kind: String, Sendable, CaseIterable {
        case apiKey = "tutti_"
        case refresh = "ttr_"
        case invitation = "tti_"
        case reset = "ttp_"
        case setup = "tts_"
        case ticket = "ttt_"
        case approval = "tta_"
    }

    package let kind: Kind
    /// For the one who keeps it.
    package let text: SecretText

    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let secretLength = 43
    private static let checkLength = 6

    /// - Parameter random: the system's generator; tests pass another one.
    package init(_ kind: Kind, using random: inout some RandomNumberGenerator) {
        var text = Array(kind.rawValue.utf8)
        for _ in 0..<Self.secretLength { text.append(Self.digits[Int.random(in: 0..<62, using: &random)]) }
        text += Self.check(text)
        self.kind = kind
        self.text = SecretText(String(decoding: text, as: UTF8.self))
    }

    /// Reads one that somebody shows; `nil` for what is none of this kind, or was mistyped.
    package init?(_ kind: Kind, _ text: String) {
        let bytes = Array(text.utf8)
        let head = kind.rawValue.utf8
        guard bytes.count == head.count + Self.secretLength + Self.checkLength, bytes.starts(with: head),
            Self.check(bytes.dropLast(Self.checkLength)) == bytes.suffix(Self.checkLength)
        else { return nil }
        self.kind = kind
        self.text = SecretText(text)
    }

    private static func check(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var number = Digest.sha256(bytes).prefix(8).reduce(0 as UInt64) { $0 << 8 | UInt64($1) }
        return (0..<checkLength).map { _ in
            defer { number /= 62 }
            return digits[Int(number % 62)]
        }
    }

    /// What is kept of it.
    package var hash: String { Digest.sha256Hex(text.revealed) }

    /// The part that may be shown, to tell one from another.
    package var hint: String { String(text.revealed.prefix(kind.rawValue.utf8.count + 4)) }
}
