/// Gives equal stretches of bytes equal numbers, so that comparing two tokens is comparing two integers.
///
/// Bytes, not characters: Swift holds differently encoded accents for equal, a patch must not.
struct TokenTable {
    private var numbers: [ArraySlice<UInt8>: UInt32] = [:]

    mutating func number(of bytes: ArraySlice<UInt8>) -> UInt32 {
        if let number = numbers[bytes] { return number }
        let number = UInt32(numbers.count)
        numbers[bytes] = number
        return number
    }

    /// The words of a text.
    mutating func words(of text: String) -> [UInt32] {
        let bytes = Array(text.utf8)
        return Self.wordRanges(in: bytes).map { number(of: bytes[$0]) }
    }

    /// What stands between white space. Scripts without spaces would be one endless word, so from U+3000 on, where
    /// the scripts of East Asia begin, every character is a word.
    private static func wordRanges(in bytes: [UInt8]) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var start = 0
        var index = 0
        while index < bytes.count {
            let byte = bytes[index]
            // 9 to 13 are tab, line feed, vertical tab, form feed and carriage return.
            let isSpace = byte == 0x20 || (9...13).contains(byte)
            let isAlone = byte >= 0xE3
            if isSpace || isAlone, start < index { ranges.append(start..<index) }
            let next = min(index + (byte >= 0xF0 ? 4 : isAlone ? 3 : 1), bytes.count)
            if isAlone { ranges.append(index..<next) }
            if isSpace || isAlone { start = next }
            index = next
        }
        if start < bytes.count { ranges.append(start..<bytes.count) }
        return ranges
    }

    /// The lines of a text, each with its line feed.
    static func lines(of text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
            lines.append(bytes[start...index])
            start = index + 1
        }
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }
}
