/// Addresses of people: `ada@example.com`.
enum EmailFinder: ByteFinder {
    private static let nameMax = 256
    private static let hostMax = 253
    private static let labelMax = 63
    private static let lastLetters = 2...24

    /// What stands behind an @ in names of pictures for fine screens (`icon@2x.png`).
    private static let fileEndings: [StaticString] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js"]
    /// Words of programs, and what stands in the address of a repository, which everybody has alike.
    private static let noNames: [StaticString] = ["git", "this", "super", "return"]

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "%"), UInt8(ascii: "'"): true
        default: byte.isBase64URL
        }
    }

    /// All that begins in a run of bytes of names ends with the run, so each run is read once.
    static func next(in text: inout TextReader, from start: Int, _ watch: SearchWatch) -> Finding {
        var place = start
        var pace = SearchPace(watch, from: start)
        while place < text.count {
            guard pace.goesOn(at: place) else { return .gaveUp }
            guard text[place].isWord, text.isWordStart(place) else {
                place += 1
                continue
            }
            text.forgetEnd()
            let at = text.run(from: place, max: .max) { isName($0) }
            place = max(place, at - nameMax)
            while place < at, !(text[place].isWord && text.isWordStart(place)) { place += 1 }
            guard place < at else { continue }
            let end = text.byte(at) == UInt8(ascii: "@") ? self.end(&text, place..<at) : nil
            if text.isOpen { return .open(place) }
            if let end { return .found(place..<end) }
            place = at
        }
        return .nothing
    }

    /// The end of the address of a name; `nil` when it is none.
    private static func end(_ text: inout TextReader, _ name: Range<Int>) -> Int? {
        guard text.before(name.upperBound) != UInt8(ascii: ".") else { return nil }
        for word in noNames where word.utf8CodeUnitCount == name.count {
            if text.has(word, at: name.lowerBound) { return nil }
        }
        return hostEnd(&text, from: name.upperBound + 1)
    }

    /// Letters of any language, but no signs; their first byte tells.
    private static func isHost(_ byte: UInt8) -> Bool {
        if byte < 0x80 { return byte.isAlphanumeric || byte == 0x2D || byte == 0x2E }
        return byte != 0xC2 && byte != 0xE2 && byte < 0xEF
    }

    /// The end of a host of at least two labels, whose last is of letters. What stands behind it is the sentence's:
    /// `example.com.`, `example.com-Bob`.
    private static func hostEnd(_ text: inout TextReader, from start: Int) -> Int? {
        let run = text.run(from: start, max: hostMax) { isHost($0) }
        // Members of things in programs are called.
        guard text.byte(run) != UInt8(ascii: "("), run > start, isFirst(&text, start..<run) else { return nil }
        var end = run
        while end > start {
            let isCut = end == run ? text.byte(end).map { $0 & 0xC0 == 0x80 } ?? false : !isBorder(text, end)
            if !isCut, let label = lastLabel(&text, start..<end) {
                for ending in fileEndings where ending.utf8CodeUnitCount == end - label {
                    if text.has(ending, at: label) { return nil }
                }
                return end
            }
            end -= 1
        }
        return nil
    }

    /// Whether a host begins so, and not a number of a version (`1.0.0-beta.rc`).
    private static func isFirst(_ text: inout TextReader, _ run: Range<Int>) -> Bool {
        guard text[run.lowerBound].isAlphanumeric || text[run.lowerBound] >= 0x80 else { return false }
        let first = text.run(from: run.lowerBound, max: run.count) { $0.isDigit }
        guard first > run.lowerBound, text.byte(first) == UInt8(ascii: ".") else { return true }
        let second = text.run(from: first + 1, max: run.count) { $0.isDigit }
        return second == first + 1 || text.byte(second) != UInt8(ascii: ".")
    }

    /// Whether a label may end within a run: no word is cut in two.
    private static func isBorder(_ text: TextReader, _ place: Int) -> Bool {
        let (last, next) = (text[place - 1], text[place])
        return last < 0x80 ? !next.isLetter : next < 0x80
    }

    /// Where the last label of a host begins: of letters, or in the form that has letters of all languages in ASCII
    /// (RFC 5890); `nil` when it is no last one.
    private static func lastLabel(_ text: inout TextReader, _ host: Range<Int>) -> Int? {
        var label = host.upperBound
        let first = max(host.lowerBound, label - labelMax - 1)
        while label > first, text[label - 1] != UInt8(ascii: ".") { label -= 1 }
        guard label - 1 > host.lowerBound, text[label - 1] == UInt8(ascii: ".") else { return nil }
        let before = text[label - 2]
        guard before.isAlphanumeric || before >= 0x80 else { return nil }
        let bytes = label..<host.upperBound
        let reader = text
        if bytes.allSatisfy({ reader[$0].isLetter }) { return lastLetters.contains(bytes.count) ? label : nil }
        if bytes.count > 1, bytes.allSatisfy({ reader[$0] >= 0x80 }) { return label }
        let isCoded = bytes.count > 4 && text.has("xn--", at: label)
        guard isCoded, reader[host.upperBound - 1].isAlphanumeric else { return nil }
        return bytes.allSatisfy { reader[$0] < 0x80 } ? label : nil
    }
}
