/// Telephone numbers in their international form: `+49 (30) 1234-567`. Others look like any number.
enum PhoneFinder: ByteFinder {
    private static let digits = 8...15
    /// Digits, and at most two marks between any two.
    private static let lengthMax = 48

    static func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: "+") }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.isWordStart(place), text.before(place) != UInt8(ascii: "+"),
            let first = text.byte(place + 1), first.isDigit, first != 0x30
        else { return nil }
        var (end, next, count, marks) = (place + 1, place + 1, 0, 0)
        while next - place < lengthMax, let byte = text.byte(next) {
            if byte.isDigit {
                count += 1
                marks = 0
                end = next + 1
            } else if " -./()".utf8.contains(byte), marks < 2 {
                marks += 1
            } else {
                break
            }
            next += 1
        }
        return digits.contains(count) && text.isWordEnd(end) ? place..<end : nil
    }
}
