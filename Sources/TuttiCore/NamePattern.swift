/// A name in which `*` stands for any letters, or none: `finance-*`, `*`.
package struct NamePattern: Sendable, Hashable {
    /// Bytes of a pattern.
    package static let lengthMax = 64

    package let text: String
    /// What stands between the stars.
    private let pieces: [[UInt8]]

    package init(_ text: String) {
        self.text = text
        pieces = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map { Array($0) }
    }

    /// Whether it fits one name only.
    package var isPlain: Bool { pieces.count == 1 }

    /// Letters that mean something else than themselves to other readers of such patterns are no part of them.
    package static func isPattern(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= lengthMax
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"):
                    true
                default: "-_.*/:".utf8.contains(byte)
                }
            }
    }

    /// What fits everything fits nothing as well: `*` covers things without such a name.
    package func covers(_ name: String?) -> Bool {
        if text == "*" { return true }
        guard let name else { return false }
        if isPlain { return text == name }
        // Most names fail here, before their bytes are copied.
        if let first = pieces.first?.first, name.utf8.first != first { return false }
        if let last = pieces.last?.last, name.utf8.last != last { return false }
        return covers(Array(name.utf8))
    }

    /// Each piece is taken as early as it can be, which never spoils what comes later; the last has to end the name.
    private func covers(_ name: [UInt8]) -> Bool {
        guard let first = pieces.first, let last = pieces.last, name.count >= first.count + last.count,
            name.starts(with: first), name[(name.count - last.count)...].elementsEqual(last)
        else { return false }
        var rest = name[first.count..<(name.count - last.count)]
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
