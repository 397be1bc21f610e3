/// Addresses of machines, of either version. Those that every machine has for itself tell of nobody.
enum IPAddressFinder: PlaceFinder {
    private static let lengthMax = 39

    static func mayBegin(with byte: UInt8) -> Bool { byte.isHexadecimal }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        let last = text.before(place)
        guard text.isWordStart(place), last != UInt8(ascii: "."), last != UInt8(ascii: "-") else { return nil }
        if let end = fourth(&text, place) { return place..<end }
        guard !isBehindGroup(text, place) else { return nil }
        return sixth(&text, place).map { place..<$0 }
    }

    /// Whether it goes on with something that has begun before: `1:` of `1:2001`, but not `IP:` of `IP:2001`.
    private static func isBehindGroup(_ text: TextReader, _ place: Int) -> Bool {
        guard text.before(place) == UInt8(ascii: ":"), let last = text.before(place - 1) else { return false }
        return last.isHexadecimal || last == UInt8(ascii: ":")
    }

    /// The end of four numbers up to 255 with points between them, and no fifth one.
    private static func fourth(_ text: inout TextReader, _ place: Int) -> Int? {
        var (next, first) = (place, 0)
        for index in 0..<4 {
            if index > 0 {
                guard text.byte(next) == UInt8(ascii: ".") else { return nil }
                next += 1
            }
            let end = text.run(from: next, max: 3) { $0.isDigit }
            guard end > next, end - next == 1 || text[next] != 0x30 else { return nil }
            let part = (next..<end).reduce(0) { $0 * 10 + Int(text[$1] & 15) }
            guard part <= 255 else { return nil }
            if index == 0 { first = part }
            next = end
        }
        guard text.isWordEnd(next), text.byte(next) != UInt8(ascii: "-") else { return nil }
        if text.byte(next) == UInt8(ascii: "."), let behind = text.byte(next + 1), behind.isWord { return nil }
        return first == 0 || first == 127 || first == 255 ? nil : next
    }

    /// The end of groups of up to four digits with colons between them: eight, or fewer where two colons stand for
    /// those that are left out. The first group says that it is an address of this world, of a site or of a link, so
    /// that names of programs (`face::add`) and times are none.
    private static func sixth(_ text: inout TextReader, _ place: Int) -> Int? {
        let first = text.run(from: place, max: 4) { $0.isHexadecimal }
        guard first - place == 4, text.byte(first) == UInt8(ascii: ":"), isFirst(text, place) else { return nil }
        var (next, groups, isShort) = (first, 1, false)
        while next - place < lengthMax, text.byte(next) == UInt8(ascii: ":") {
            var start = next + 1
            if text.byte(start) == UInt8(ascii: ":") {
                guard !isShort else { return nil }
                isShort = true
                start += 1
            }
            let end = text.run(from: start, max: 4) { $0.isHexadecimal }
            // A colon at the end is the sentence's, but two of them belong to it.
            if end == start {
                if start == next + 2 { next = start }
                break
            }
            (groups, next) = (groups + 1, end)
        }
        guard isShort ? groups <= 7 : groups == 8, text.isWordEnd(next) else { return nil }
        return next
    }

    private static func isFirst(_ text: TextReader, _ place: Int) -> Bool {
        let (one, two, three) = (text[place] | 0x20, text[place + 1] | 0x20, text[place + 2] | 0x20)
        if one == UInt8(ascii: "2") || one == UInt8(ascii: "3") { return true }  // their bit is set already
        guard one == UInt8(ascii: "f") else { return false }
        return two == UInt8(ascii: "c") || two == UInt8(ascii: "d")
            || two == UInt8(ascii: "e") && "89ab".utf8.contains(three)
    }
}
