extension Timestamp {
    /// Reads a moment as RFC 3339 writes it (5.6), with any fraction of a second, of which milliseconds are kept, and
    /// any offset; `nil` for anything else.
    package init?(rfc3339 text: String) {
        let utf8 = Array(text.utf8)
        guard utf8.count >= 20, utf8.count <= 40 else { return nil }
        func number(_ start: Int, _ count: Int) -> Int64? {
            let digits = utf8[start..<start + count]
            guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
        }
        func isMark(_ place: Int, _ marks: StaticString) -> Bool {
            marks.description.utf8.contains(utf8[place])
        }
        guard isMark(4, "-"), isMark(7, "-"), isMark(10, "Tt "), isMark(13, ":"), isMark(16, ":"),
            let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2), second <= 60
        else { return nil }
        var rest = utf8.dropFirst(19)
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (0x30...0x39).contains($0) }
            guard !digits.isEmpty else { return nil }
            for place in 0..<3 {
                let digit = place < digits.count ? Int64(digits[digits.startIndex + place] - 0x30) : 0
                fraction = fraction * 10 + digit
            }
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = Self.offset(Array(rest)) else { return nil }
        func padded(_ number: Int64, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: width - digits.count) + digits
        }
        // The strict reader knows which days there are.
        let date = "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
        // A leap second is the one after it: the clock here has none.
        let time = "\(padded(hour, 2)):\(padded(minute, 2)):\(padded(min(second, 59), 2)).\(padded(fraction, 3))"
        guard let local = Timestamp("\(date)T\(time)Z") else { return nil }
        self.init(milliseconds: local.milliseconds - offset * 60_000 + (second == 60 ? 1000 : 0))
    }

    /// Minutes that a local time is ahead.
    private static func offset(_ text: [UInt8]) -> Int64? {
        if text == [UInt8(ascii: "Z")] || text == [UInt8(ascii: "z")] { return 0 }
        guard text.count == 6, text[3] == UInt8(ascii: ":"),
            text[0] == UInt8(ascii: "+") || text[0] == UInt8(ascii: "-")
        else { return nil }
        let digits = [text[1], text[2], text[4], text[5]]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        let values = digits.map { Int64($0 - 0x30) }
        let (hours, minutes) = (values[0] * 10 + values[1], values[2] * 10 + values[3])
        guard hours <= 23, minutes <= 59 else { return nil }
        return (text[0] == UInt8(ascii: "-") ? -1 : 1) * (hours * 60 + minutes)
    }
}
