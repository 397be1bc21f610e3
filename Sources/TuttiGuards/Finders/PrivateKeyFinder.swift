/// Private keys as files have them: a head, lines of base64, and a foot, which may have been cut off.
enum PrivateKeyFinder: PlaceFinder {
    private static let nameMax = 40
    /// Bytes of base64 without which a head is only talked of.
    private static let bodyMin = 40

    static func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: "-") }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.before(place) != UInt8(ascii: "-"), text.has("-----BEGIN ", at: place) else { return nil }
        let name = place + 11
        let nameEnd = text.run(from: name, max: nameMax) { $0.isUpper || $0.isDigit || $0 == 0x20 }
        guard text.has("-----", at: nameEnd), isPrivate(&text, name..<nameEnd) else { return nil }
        let body = nameEnd + 5
        if let foot = foot(&text, from: body, to: place + GuardLimits.secretBytesMax) { return place..<foot }
        var end = text.run(from: body, max: GuardLimits.secretBytesMax) { isBody($0) }
        while end > body, text[end - 1] == UInt8(ascii: "\\") { end -= 1 }  // it belongs to what stands behind it
        return end - body >= bodyMin ? place..<end : nil
    }

    private static func isPrivate(_ text: inout TextReader, _ name: Range<Int>) -> Bool {
        name.contains { text.has("PRIVATE KEY", at: $0) }
    }

    /// The end of a foot that stands before anything else begins.
    private static func foot(_ text: inout TextReader, from start: Int, to limit: Int) -> Int? {
        var place = start
        while place < limit, let byte = text.byte(place) {
            if byte == UInt8(ascii: "-"), text.has("-----END ", at: place) {
                let end = text.run(from: place + 9, max: nameMax) { $0.isUpper || $0.isDigit || $0 == 0x20 }
                return text.has("-----", at: end) ? end + 5 : nil
            }
            if byte == UInt8(ascii: "-"), text.has("-----BEGIN ", at: place) { return nil }
            place += 1
        }
        return nil
    }

    /// Base64 and ends of lines, also as JSON writes them.
    private static func isBody(_ byte: UInt8) -> Bool {
        byte.isBase64 && byte != UInt8(ascii: "-") || byte == 0x0A || byte == 0x0D || byte == UInt8(ascii: "\\")
    }
}
