/// Addresses of people: `ada@example.com`.
enum EmailFinder: ByteFinder {
    private static let nameMax = 256
    private static let hostMax = 253

    /// What stands behind an @ in names of pictures for fine screens (`icon@2x.png`).
    private static let fileEndings: [StaticString] = ["png", "jpg", "jpeg", "gif", "svg", "webp", "css", "js"]

    static func mayBegin(with byte: UInt8) -> Bool { byte.isWord }

    private static func isName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "+"), UInt8(ascii: "%"), UInt8(ascii: "'"): true
        default: byte.isBase64URL
        }
    }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.isWordStart(place) else { return nil }
        let at = text.run(from: place, max: nameMax) { isName($0) }
        guard text.byte(at) == UInt8(ascii: "@"), text.before(at) != UInt8(ascii: ".") else { return nil }
        // An address of a repository, which everybody has alike.
        if at - place == 3, text.has("git", at: place) { return nil }
        guard let end = hostEnd(&text, from: at + 1) else { return nil }
        return place..<end
    }

    /// The end of a host of at least two labels, whose last is of letters. A point at the end is the sentence's.
    private static func hostEnd(_ text: inout TextReader, from start: Int) -> Int? {
        let run = text.run(from: start, max: hostMax) { $0.isAlphanumeric || $0 == 0x2D || $0 == 0x2E }
        var end = run
        while end > start, !text[end - 1].isAlphanumeric { end -= 1 }
        var label = end
        while label > start, text[label - 1].isLetter { label -= 1 }
        guard (2...24).contains(end - label), label - 1 > start, text.before(label) == UInt8(ascii: "."),
            text[start].isAlphanumeric, text[label - 2].isAlphanumeric
        else { return nil }
        for ending in fileEndings where ending.utf8CodeUnitCount == end - label {
            if text.has(ending, at: label) { return nil }
        }
        return end
    }
}
