import TuttiCore

/// Walks over a JSON text and shows all strings and numbers that are values, wherever they stand. It is strict: what it
/// cannot read another reader might read as it likes.
@safe
struct JSONWalk {
    /// A step on the way from the top to a value.
    enum Step {
        case member(Range<Int>)
        case item(Int)
    }

    /// A value that is a string.
    struct Text {
        /// Its bytes as they are written, without quotes.
        let range: Range<Int>
        let hasEscape: Bool
    }

    /// Why a text is not walked over to its end.
    struct Malformed: Error {}

    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    /// The way to the value at hand.
    private(set) var path: [Step] = []

    /// - Parameter bytes: live longer than the walk.
    init(_ bytes: UnsafeBufferPointer<UInt8>) { unsafe self.bytes = unsafe bytes }

    /// What is told of on the way.
    protocol Visitor<Failure> {
        associatedtype Failure: Error

        mutating func text(_ text: Text, _ walk: JSONWalk) throws(Failure)
        mutating func number(_ range: Range<Int>, _ walk: JSONWalk) throws(Failure)
        /// A value has ended: the number of its items, where it was a list.
        mutating func ended(_ range: Range<Int>, items: Int?, _ walk: JSONWalk)
    }

    /// Walks over a whole text.
    ///
    /// - Throws: ``Malformed``, or what the visitor throws.
    mutating func walk(_ visitor: inout some Visitor) throws {
        try value(&visitor)
        skipBlanks()
        guard unsafe place == bytes.count else { throw Malformed() }
    }

    /// The name of the member that the value at hand is of; `nil` in a list and at the top.
    var name: Range<Int>? { if case .member(let name)? = path.last { name } else { nil } }

    /// Whether a name, or what else is written without an escape, is a word.
    func isWord(_ range: Range<Int>, _ word: StaticString) -> Bool {
        guard range.count == word.utf8CodeUnitCount else { return false }
        return range.indices.allSatisfy { unsafe bytes[$0] == word.utf8Start[$0 - range.lowerBound] }
    }

    /// Whether a value is a list or an object.
    func isContainer(_ range: Range<Int>) -> Bool {
        let first = unsafe bytes[range.lowerBound]
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// Whether the number at hand is a token of a text that is to be turned into a vector.
    var isToken: Bool {
        guard case .member(let name)? = path.first, path.count > 1, isWord(name, "input") else { return false }
        return path.dropFirst().allSatisfy { if case .item = $0 { true } else { false } }
    }

    /// A part of the text.
    func slice(_ range: Range<Int>) -> Slice<UnsafeBufferPointer<UInt8>> { unsafe bytes[range] }

    private var byte: UInt8? { unsafe place < bytes.count ? bytes[place] : nil }

    private mutating func skipBlanks() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func take(_ wanted: UInt8) -> Bool {
        skipBlanks()
        guard byte == wanted else { return false }
        place += 1
        return true
    }

    private mutating func value(_ visitor: inout some Visitor) throws {
        skipBlanks()
        guard let first = byte, path.count <= WireJSON.depthMax else { throw Malformed() }
        let start = place
        var items: Int?
        switch first {
        case UInt8(ascii: "{"): try object(&visitor)
        case UInt8(ascii: "["): items = try list(&visitor)
        case UInt8(ascii: "\""):
            try visitor.text(try string(), self)
        default:
            if try word() { try visitor.number(start..<place, self) }
        }
        visitor.ended(start..<place, items: items, self)
    }

    private mutating func object(_ visitor: inout some Visitor) throws {
        place += 1
        if take(UInt8(ascii: "}")) { return }
        repeat {
            skipBlanks()
            guard byte == UInt8(ascii: "\"") else { throw Malformed() }
            let name = try string()
            guard take(UInt8(ascii: ":")) else { throw Malformed() }
            path.append(.member(name.range))
            try value(&visitor)
            path.removeLast()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw Malformed() }
    }

    private mutating func list(_ visitor: inout some Visitor) throws -> Int {
        place += 1
        if take(UInt8(ascii: "]")) { return 0 }
        var count = 0
        repeat {
            path.append(.item(count))
            try value(&visitor)
            path.removeLast()
            count += 1
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw Malformed() }
        return count
    }

    private mutating func string() throws -> Text {
        place += 1
        let start = place
        var hasEscape = false
        while let byte {
            if byte == UInt8(ascii: "\"") {
                defer { place += 1 }
                return Text(range: start..<place, hasEscape: hasEscape)
            }
            place += 1
            guard byte == UInt8(ascii: "\\") else { continue }
            hasEscape = true
            try escape()
        }
        throw Malformed()
    }

    /// What stands behind a backslash.
    private mutating func escape() throws {
        guard let kind = byte, "\"\\/bfnrtu".utf8.contains(kind) else { throw Malformed() }
        place += 1
        guard kind == UInt8(ascii: "u") else { return }
        for _ in 0..<4 {
            guard let byte, byte.isHexadecimal else { throw Malformed() }
            place += 1
        }
    }

    /// A number, by its letters alone, or one of three words.
    ///
    /// - Returns: whether it is a number.
    private mutating func word() throws -> Bool {
        let start = place
        while let byte, byte.isAlphanumeric || byte == 0x2B || byte == 0x2D || byte == 0x2E { place += 1 }
        let isWord = (["true", "false", "null"] as [StaticString]).contains { self.isWord(start..<place, $0) }
        let isNumber = unsafe slice(start..<place).allSatisfy { !$0.isLetter || $0 | 0x20 == UInt8(ascii: "e") }
        guard isWord || isNumber && place > start else { throw Malformed() }
        return !isWord
    }
}

extension JSONWalk {
    /// The way to the value at hand, such as `messages[2].content`. Names that may be anybody's words are stars.
    var pathText: String {
        var text = ""
        for step in path {
            switch step {
            case .item(let index): text += "[\(index)]"
            case .member(let name):
                let word = unsafe String(decoding: slice(name), as: UTF8.self)
                let isPlain =
                    word.utf8.count <= 32 && word.utf8.allSatisfy { $0.isLetter && !$0.isUpper || $0 == 0x5F }
                text += (text.isEmpty ? "" : ".") + (isPlain ? word : "*")
            }
        }
        return text
    }
}
