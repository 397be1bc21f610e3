/// Telephone numbers in their international form: `+49 (30) 1234-567`. Others look like any number.
enum PhoneFinder: PlaceFinder {
    /// Digits, that of the country among them (E.164).
    private static let digits = 8...15
    /// Digits of numbers of North America and of Russia, which all have as many.
    private static let fixedDigits = 11
    /// Digits, and what stands between them.
    private static let lengthMax = 64

    static func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: "+") }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.isWordStart(place), text.before(place) != UInt8(ascii: "+"), !isDate(&text, place + 1),
            let digits = digits(&text, place + 1)
        else { return nil }
        var (next, count) = (place + 1, 0)
        var found: Range<Int>?
        while next - place < lengthMax {
            let group = text.run(from: next, max: digits.upperBound + 1) { $0.isDigit }
            count += group - next
            guard group > next, count <= digits.upperBound else { return found }
            if digits.contains(count), text.isWordEnd(group) { found = place..<group }
            guard let behind = marksEnd(&text, group) else { return found }
            next = behind
        }
        return found
    }

    /// How many digits a number has whose country is written at a place; `nil` where there is no such country.
    private static func digits(_ text: inout TextReader, _ place: Int) -> ClosedRange<Int>? {
        guard let first = text.byte(place), first.isDigit, first != 0x30 else { return nil }
        let country = text.byte(place + 1)
        switch first {
        case UInt8(ascii: "1"):
            // Areas of North America begin with neither 0 nor 1.
            if let country, country.isDigit, country < 0x32 { return nil }
            return fixedDigits...fixedDigits
        case UInt8(ascii: "7"): return fixedDigits...fixedDigits
        case UInt8(ascii: "2"): return country == UInt8(ascii: "8") ? nil : digits
        case UInt8(ascii: "8"):
            return country == UInt8(ascii: "3") || country == UInt8(ascii: "9") ? nil : digits
        default: return digits
        }
    }

    /// Whether it is a day, as in a line that a change adds to a log: `+2024-01-15`.
    private static func isDate(_ text: inout TextReader, _ place: Int) -> Bool {
        guard text.run(from: place, max: 5, { $0.isDigit }) == place + 4, let mark = text.byte(place + 4),
            "-/.".utf8.contains(mark), text.run(from: place + 5, max: 3, { $0.isDigit }) == place + 7
        else { return false }
        return text.byte(place + 7) == mark && text.run(from: place + 8, max: 3) { $0.isDigit } == place + 10
    }

    /// The end of what stands between two groups: at most two marks, or one with a space before and behind it; and a
    /// zero in brackets, which is dialled at home. `nil` when no group follows.
    private static func marksEnd(_ text: inout TextReader, _ place: Int) -> Int? {
        var (next, count, last): (Int, Int, UInt8?) = (place, 0, nil)
        while true {
            if text.has("(0)", at: next) {
                next += 3
                (count, last) = (0, nil)
                continue
            }
            if let byte = text.byte(next), byte.isDigit { return next > place ? next : nil }
            guard let (mark, length) = text.mark(at: next), count < 2 || count == 2 && mark == 0x20 && last != 0x20
            else { return nil }
            if mark == 0x20, last == UInt8(ascii: ".") { return nil }  // it ends a sentence
            (next, count, last) = (next + length, count + 1, mark)
        }
    }
}
