/// Numbers of bank accounts (ISO 13616): of the length of their country, whose check digits are right.
enum IBANFinder: PlaceFinder {
    static func mayBegin(with byte: UInt8) -> Bool { byte.isUpper }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.isWordStart(place), let second = text.byte(place + 1), second.isUpper,
            let tens = text.byte(place + 2), tens.isDigit, let ones = text.byte(place + 3), ones.isDigit,
            let length = length(of: text[place], second)
        else { return nil }
        var (rest, count, next, isBehindMark) = (0, 4, place + 4, false)
        while count < length, let byte = text.byte(next) {
            if byte.isDigit || byte.isUpper {
                rest = append(byte, to: rest)
                (count, next, isBehindMark) = (count + 1, next + 1, false)
            } else {
                guard !isBehindMark, let (mark, length) = text.mark(at: next), mark == 0x20 || mark == 0x2D else {
                    return nil
                }
                (next, isBehindMark) = (next + length, true)
            }
        }
        guard count == length, text.isWordEnd(next) else { return nil }
        for byte in [text[place], second, tens, ones] { rest = append(byte, to: rest) }
        return rest == 1 ? place..<next : nil
    }

    /// The rest by 97 of a number behind which a digit stands, or a letter as two (A is 10).
    private static func append(_ byte: UInt8, to rest: Int) -> Int {
        byte.isDigit ? (rest * 10 + Int(byte & 15)) % 97 : (rest * 100 + Int(byte) - 55) % 97
    }

    /// How many letters and digits a country's numbers have (the registry of SWIFT).
    private static func length(of first: UInt8, _ second: UInt8) -> Int? {
        switch (UInt16(first) << 8) | UInt16(second) {
        case "NO": 15
        case "BE": 16
        case "DK", "FI", "FO", "GL", "NL": 18
        case "MK", "SI": 19
        case "AT", "BA", "EE", "KZ", "LT", "LU", "XK": 20
        case "CH", "HR", "LI", "LV": 21
        case "BG", "BH", "CR", "DE", "GB", "GE", "IE", "ME", "RS", "VA": 22
        case "AE", "GI", "IL", "IQ", "TL": 23
        case "AD", "CZ", "ES", "MD", "PK", "RO", "SA", "SE", "SK", "TN", "VG": 24
        case "LY", "PT", "ST": 25
        case "IS", "TR": 26
        case "FR", "GR", "IT", "MC", "MR", "SM": 27
        case "AL", "AZ", "BY", "CY", "DO", "EG", "GT", "HU", "LB", "PL", "SV": 28
        case "BR", "PS", "QA", "UA": 29
        case "JO", "KW", "MU", "YE": 30
        case "MT", "SC": 31
        case "LC": 32
        default: nil
        }
    }
}

/// Two letters as a number.
private func ~= (word: StaticString, letters: UInt16) -> Bool {
    unsafe UInt16(word.utf8Start[0]) << 8 | UInt16(word.utf8Start[1]) == letters
}
