/// Texts of plain letters and digits, as names are.
enum ASCIIWord {
    /// Whether a text has nothing but ASCII letters, digits, and what else is allowed.
    static func fits(_ text: some StringProtocol, also others: String = "") -> Bool {
        text.utf8.allSatisfy { isLetter($0) || isDigit($0) || others.utf8.contains($0) }
    }

    /// Whether a text is a number in digits, perhaps with points.
    static func isNumber(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isDigit($0) || $0 == UInt8(ascii: ".") }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}
