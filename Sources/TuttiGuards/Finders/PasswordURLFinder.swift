/// Names with their passwords in addresses: of `postgres://ada:geheim@db` it is `ada:geheim`.
enum PasswordURLFinder: PlaceFinder {
    private static let partMax = 256

    static func mayBegin(with byte: UInt8) -> Bool { byte == UInt8(ascii: ":") }

    static func match(_ text: inout TextReader, at place: Int) -> Range<Int>? {
        guard text.has("://", at: place), text.before(place)?.isAlphanumeric == true else { return nil }
        let name = place + 3
        let colon = text.run(from: name, max: partMax) { isPart($0) }
        guard text.byte(colon) == UInt8(ascii: ":") else { return nil }
        let password = colon + 1
        let end = text.run(from: password, max: partMax) { isPart($0) || $0 == UInt8(ascii: ":") }
        guard end > password, text.byte(end) == UInt8(ascii: "@"), let host = text.byte(end + 1),
            host.isAlphanumeric || host == UInt8(ascii: "["), isMeant(text[password])
        else { return nil }
        return name..<end
    }

    private static func isPart(_ byte: UInt8) -> Bool {
        byte > 0x20 && byte != 0x7F && !"/@:?#\"'<>\\`".utf8.contains(byte)
    }

    /// What stands in a template for a password is none.
    private static func isMeant(_ first: UInt8) -> Bool { !"${[*".utf8.contains(first) }
}
