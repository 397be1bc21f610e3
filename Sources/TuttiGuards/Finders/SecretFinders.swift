/// Keys of services that are known by how they begin, those of this program among them.
enum APIKeyFinder: PlaceFinder {
    private static let lengthMax = 512

    static func mayBegin(with byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A"), UInt8(ascii: "g"), UInt8(ascii: "h"), UInt8(ascii: "n"), UInt8(ascii: "p"),
            UInt8(ascii: "r"), UInt8(ascii: "s"), UInt8(ascii: "t"), UInt8(ascii: "x"):
            true
        default: false
        }
    }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.isWordStart(place), text.before(place) != 0x2D, let form = form(&text, place) else { return nil }
        let start = place + form.prefix.utf8CodeUnitCount
        let end = text.run(from: start, max: lengthMax) { form.isPlain ? $0.isAlphanumeric : $0.isBase64URL }
        if form.isPlain, !text.isWordEnd(end) { return nil }
        return end - start >= form.least && isMixed(text, start..<end) ? place..<end : nil
    }

    /// How a key begins, how many bytes it has behind that, at least, and whether these are only letters and digits.
    private struct Form {
        let prefix: StaticString
        let least: Int
        let isPlain: Bool

        init(_ prefix: StaticString, _ least: Int, isPlain: Bool = false) {
            (self.prefix, self.least, self.isPlain) = (prefix, least, isPlain)
        }
    }

    private static func form(_ text: inout TextReader, _ place: Int) -> Form? {
        switch text[place] {
        case UInt8(ascii: "s"):
            if text.has("sk-", at: place) { return Form("sk-", 20) }
            return text.has("sk_live_", at: place) || text.has("sk_test_", at: place) ? Form("sk_live_", 16) : nil
        case UInt8(ascii: "x"):
            if text.has("xox", at: place), let kind = text.byte(place + 3), text.byte(place + 4) == 0x2D {
                return "abprs".utf8.contains(kind) ? Form("xoxb-", 16) : nil
            }
            return text.has("xai-", at: place) ? Form("xai-", 40) : nil
        case UInt8(ascii: "g"):
            if text.has("glpat-", at: place) { return Form("glpat-", 20) }
            return text.has("gsk_", at: place) ? Form("gsk_", 40, isPlain: true) : nil
        case UInt8(ascii: "p"): return text.has("pypi-AgEI", at: place) ? Form("pypi-AgEI", 40) : nil
        case UInt8(ascii: "A"): return text.has("AIza", at: place) ? Form("AIza", 35) : nil
        case UInt8(ascii: "h"): return text.has("hf_", at: place) ? Form("hf_", 30, isPlain: true) : nil
        case UInt8(ascii: "n"): return text.has("npm_", at: place) ? Form("npm_", 36, isPlain: true) : nil
        case UInt8(ascii: "r"): return text.has("rk_live_", at: place) ? Form("rk_live_", 16) : nil
        case UInt8(ascii: "t"): return text.has("tutti_", at: place) ? Form("tutti_", 30) : nil
        default: return nil
        }
    }

    /// Names of packages have no digits, and numbers no letters.
    private static func isMixed(_ text: TextReader, _ range: Range<Int>) -> Bool {
        range.contains { text[$0].isDigit } && range.contains { text[$0].isLetter }
    }
}

/// Names of access keys of Amazon's.
enum AWSKeyFinder: PlaceFinder {
    static func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: "A") }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.isWordStart(place), text.has("AKIA", at: place) || text.has("ASIA", at: place) else { return nil }
        let end = text.run(from: place + 4, max: 17) { $0.isUpper || $0.isDigit }
        return end - place == 20 && text.isWordEnd(end) ? place..<end : nil
    }
}

/// Tokens of GitHub's.
enum GitHubTokenFinder: PlaceFinder {
    private static let lengthMax = 255

    static func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: "g") }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.isWordStart(place), text.byte(place + 1) == UInt8(ascii: "h") || text.has("gi", at: place) else {
            return nil
        }
        let isFine = text.has("github_pat_", at: place)
        guard let kind = text.byte(place + 2), isFine || "pousr".utf8.contains(kind) && text.byte(place + 3) == 0x5F
        else { return nil }
        let start = place + (isFine ? 11 : 4)
        let end = text.run(from: start, max: lengthMax) { $0.isWord }
        return end - start >= (isFine ? 60 : 36) ? place..<end : nil
    }
}

/// Tokens in three parts, the first of which says how it is signed (RFC 7519).
enum JWTFinder: PlaceFinder {
    static func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: "e") }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.has("eyJ", at: place), text.isWordStart(place), text.before(place) != 0x2D else { return nil }
        let max = GuardLimits.secretBytesMax
        let header = text.run(from: place, max: max) { $0.isBase64URL }
        guard text.byte(header) == UInt8(ascii: ".") else { return nil }
        let claims = text.run(from: header + 1, max: max) { $0.isBase64URL }
        guard claims > header + 1, text.byte(claims) == UInt8(ascii: "."), saysHowSigned(text, place..<header) else {
            return nil
        }
        return place..<text.run(from: claims + 1, max: max) { $0.isBase64URL }
    }

    private static func saysHowSigned(_ text: TextReader, _ range: Range<Int>) -> Bool {
        var (bits, count, decoded): (UInt32, Int, [UInt8]) = (0, 0, [])
        for place in range {
            bits = bits << 6 | value(text[place])
            count += 6
            if count >= 8 {
                count -= 8
                decoded.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return decoded.first == UInt8(ascii: "{") && decoded.firstRange(of: Array("\"alg\"".utf8)) != nil
    }

    private static func value(_ byte: UInt8) -> UInt32 {
        switch byte {
        case _ where byte.isUpper: UInt32(byte) - 65
        case _ where byte.isLetter: UInt32(byte) - 71
        case _ where byte.isDigit: UInt32(byte) + 4
        case 0x2D: 62
        default: 63
        }
    }
}
