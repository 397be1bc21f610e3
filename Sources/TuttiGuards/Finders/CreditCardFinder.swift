/// Numbers of payment cards: 14 to 19 digits in one piece or in the groups that are printed on cards, of a known
/// beginning, whose last digit is right (ISO/IEC 7812, Luhn). Numbers of 13 digits are those of goods.
enum CreditCardFinder: PlaceFinder {
    private static let digitsMax = 19

    static func mayBegin(with byte: UInt8) -> Bool { byte.isDigit && byte != 0x30 }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard isStart(text, place) else { return nil }
        var (number, count, group, next): (UInt64, Int, Int, Int) = (0, 0, 0, place)
        var mark: UInt8?
        var found: Range<Int>?
        while let byte = text.byte(next) {
            if byte.isDigit {
                guard count < digitsMax else { return found }
                number = number * 10 + UInt64(byte & 15)
                (count, group, next) = (count + 1, group + 1, next + 1)
                continue
            }
            if !byte.isWord, isCard(number, count) { found = place..<next }
            // Groups have four to six digits, the first one four, and one mark between all of them.
            guard let (between, length) = text.mark(at: next), between == 0x20 || between == 0x2D,
                mark == nil ? group == 4 : between == mark, (4...6).contains(group), count < digitsMax
            else { return found }
            (mark, group, next) = (between, 0, next + length)
            guard let behind = text.byte(next), behind.isDigit else { return found }
        }
        return isCard(number, count) ? place..<next : found
    }

    /// Not within a number, a decimal or a word.
    private static func isStart(_ text: TextReader, _ place: Int) -> Bool {
        text.isWordStart(place) && text.before(place) != UInt8(ascii: ".")
    }

    private static func isCard(_ number: UInt64, _ count: Int) -> Bool {
        count >= 14 && isKnown(number, count) && hasCheckDigit(number)
    }

    /// Whether a scheme gives out numbers that begin so and have that many digits.
    private static func isKnown(_ number: UInt64, _ count: Int) -> Bool {
        var six = number
        for _ in 6..<count { six /= 10 }
        switch (six / 100, count) {
        case (4000...4999, 16), (4000...4999, 19): return true  // Visa
        case (5100...5599, 16), (2221...2720, 16): return true  // Mastercard
        case (3400...3499, 15), (3700...3799, 15): return true  // American Express
        case (3000...3059, 14...19), (3600...3699, 14...19), (3800...3999, 14...19): return true  // Diners Club
        case (6011, 16...19), (6440...6599, 16...19), (6200...6299, 16...19): return true  // Discover, UnionPay
        case (3528...3589, 16...19): return true  // JCB
        case (5018, 14...19), (5020, 14...19), (5038, 14...19), (6304, 14...19): return true  // Maestro
        case (6759, 14...19), (6761...6763, 14...19): return true
        default: return false
        }
    }

    private static func hasCheckDigit(_ number: UInt64) -> Bool {
        var (rest, sum, isDoubled) = (number, 0 as UInt64, false)
        while rest > 0 {
            let digit = rest % 10
            sum += isDoubled ? (digit > 4 ? 2 * digit - 9 : 2 * digit) : digit
            isDoubled.toggle()
            rest /= 10
        }
        return sum % 10 == 0
    }
}
