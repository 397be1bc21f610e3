/// Social security numbers of the United States: `123-45-6789`, and without dashes only where the words before say what
/// it is.
enum SocialSecurityFinder: PlaceFinder {
    /// Bytes before the number in which its name is looked for.
    private static let contextBytes = 40
    private static let names: [StaticString] = ["ssn", "social security"]

    static func mayBegin(with byte: UInt8) -> Bool { byte.isDigit }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.isWordStart(place), !"-.".utf8.contains(text.before(place) ?? 0x20),
            let area = number(&text, place, digits: 3), area != 0, area != 666, area < 900,
            let mark = text.byte(place + 3)
        else { return nil }
        let gap = mark == 0x2D || mark == 0x20 ? 1 : 0
        guard let group = number(&text, place + 3 + gap, digits: 2), group != 0,
            gap == 0 || text.byte(place + 6) == mark,
            let serial = number(&text, place + 5 + 2 * gap, digits: 4), serial != 0
        else { return nil }
        let end = place + 9 + 2 * gap
        guard text.isWordEnd(end), text.byte(end) != 0x2D else { return nil }
        return mark == 0x2D || isNamed(text, place) ? place..<end : nil
    }

    private static func number(_ text: inout TextReader, _ place: Int, digits: Int) -> Int? {
        var number = 0
        for place in place..<(place + digits) {
            guard let byte = text.byte(place), byte.isDigit else { return nil }
            number = number * 10 + Int(byte & 15)
        }
        return number
    }

    private static func isNamed(_ text: TextReader, _ place: Int) -> Bool {
        for start in max(0, place - contextBytes)..<place {
            for name in names where start + name.utf8CodeUnitCount <= place {
                let isHere = (0..<name.utf8CodeUnitCount).allSatisfy {
                    unsafe text[start + $0] | 0x20 == name.utf8Start[$0]
                }
                if isHere { return true }
            }
        }
        return false
    }
}
