/// A text that is looked through, and more of which may come. It knows whether anybody wanted to see what is behind its
/// end: what was said then may be another thing when more has come. Lives no longer than the bytes that it is lent.
@safe
struct TextReader {
    private let bytes: UnsafeBufferPointer<UInt8>
    let count: Int
    /// Whether nothing more comes.
    let isWhole: Bool
    /// Whether it is what is left of a longer text, whose beginning is not kept.
    let hasBeginning: Bool
    private(set) var hasTouchedEnd = false

    init(_ bytes: UnsafeBufferPointer<UInt8>, isWhole: Bool = true, hasBeginning: Bool = true) {
        unsafe self.bytes = unsafe bytes
        count = bytes.count
        self.isWhole = isWhole
        self.hasBeginning = hasBeginning
    }

    /// A byte that is there.
    subscript(place: Int) -> UInt8 { unsafe bytes[place] }

    /// The byte at a place, or `nil` at the end.
    mutating func byte(_ place: Int) -> UInt8? {
        if place < count { return unsafe bytes[place] }
        hasTouchedEnd = true
        return nil
    }

    /// The byte before a place, or `nil` at the beginning.
    func before(_ place: Int) -> UInt8? { place > 0 ? unsafe bytes[place - 1] : nil }

    mutating func forgetEnd() { hasTouchedEnd = false }

    /// Whether what was seen may change when more comes.
    var isOpen: Bool { hasTouchedEnd && !isWhole }

    /// The bytes, for calls of C.
    func withBytes<Output>(_ body: (UnsafeBufferPointer<UInt8>) -> Output) -> Output { unsafe body(bytes) }
}

extension TextReader {
    /// The end of a run of bytes from a place on; not beyond `max` bytes.
    mutating func run(from place: Int, max: Int, _ isIn: (UInt8) -> Bool) -> Int {
        var end = place
        while end - place < max, let byte = byte(end), isIn(byte) { end += 1 }
        return end
    }

    /// Whether a word stands at a place.
    mutating func has(_ word: StaticString, at place: Int) -> Bool {
        for index in 0..<word.utf8CodeUnitCount {
            guard let byte = byte(place + index), unsafe byte == word.utf8Start[index] else { return false }
        }
        return true
    }

    /// A mark between groups of digits, and how many bytes it has. Spaces of a fixed width and dashes of all kinds
    /// are what they look like.
    mutating func mark(at place: Int) -> (mark: UInt8, length: Int)? {
        guard let byte = byte(place) else { return nil }
        if " -./()".utf8.contains(byte) { return (byte, 1) }
        if byte == 0xC2 { return self.byte(place + 1) == 0xA0 ? (0x20, 2) : nil }
        guard byte == 0xE2, self.byte(place + 1) == 0x80, let last = self.byte(place + 2) else { return nil }
        switch last {
        case 0x87, 0x89, 0xAF: return (0x20, 3)  // as wide as a digit, thin, narrow and not to be broken
        case 0x90...0x93: return (0x2D, 3)
        default: return nil
        }
    }

    /// Whether a word may begin at a place. In JSON inside of a text a letter may be a part of `\n` or `\u00e9`: a word
    /// begins behind it, and not within it, so that what takes its place leaves the escape whole.
    func isWordStart(_ place: Int) -> Bool {
        guard let last = before(place) else { return true }
        if last == UInt8(ascii: "\\") { return !"ntrbfu".utf8.contains(self[place]) }
        return !last.isWord || isEscape(before: place)
    }

    private func isEscape(before place: Int) -> Bool {
        if place >= 2, self[place - 2] == UInt8(ascii: "\\") { return "ntrbf".utf8.contains(self[place - 1]) }
        guard place >= 6, self[place - 6] == UInt8(ascii: "\\"), self[place - 5] == UInt8(ascii: "u") else {
            return false
        }
        return (1...4).allSatisfy { self[place - $0].isHexadecimal }
    }

    /// Whether no word goes on behind a place.
    mutating func isWordEnd(_ place: Int) -> Bool { byte(place).map { !$0.isWord } ?? true }
}

extension UInt8 {
    var isDigit: Bool { self &- 0x30 < 10 }
    var isUpper: Bool { self &- 0x41 < 26 }
    var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
    var isAlphanumeric: Bool { isDigit || isLetter }
    var isHexadecimal: Bool { isDigit || (self | 0x20) &- 0x61 < 6 }
    /// A letter, a digit or an underscore.
    var isWord: Bool { isAlphanumeric || self == 0x5F }
    /// What base64 for addresses is made of (RFC 4648, 5).
    var isBase64URL: Bool { isWord || self == 0x2D }
    /// What either base64 is made of, with what fills it up.
    var isBase64: Bool { isBase64URL || self == 0x2B || self == 0x2F || self == 0x3D }
}
