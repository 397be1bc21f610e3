import FoundationEssentials
public import TuttiCore

/// Finds the JSON in what models write, and holds it against a schema.
///
/// Models put JSON between sentences and into fences of code, and break lines inside of texts. The first value that
/// fits the schema counts.
public enum JSONAnswer {
    /// Bytes of an answer.
    public static let bytesMax = 10 << 20
    /// How often a value may begin in an answer before it counts as prose.
    static let candidatesMax = 64
    /// How many bytes are read again because a value that seemed to begin did not end, in multiples of the answer.
    static let passesMax = 8
    /// How many bytes may be read again of an answer that is short.
    static let effortMin = 64 << 10

    /// The value that an answer holds.
    ///
    /// - Throws: ``JSONAnswerError``.
    public static func read(_ response: ModelResponse, as schema: JSONSchema) throws(JSONAnswerError) -> JSONValue {
        do throws(JSONAnswerError) {
            if response.finish == .filtered { throw JSONAnswerError(.refused) }
            return try read(response.text, as: schema)
        } catch {
            // Of an answer that was cut that is the reason, whatever else is wrong with it.
            if response.finish == .length, error.problem != .tooLarge { throw JSONAnswerError(.cut) }
            throw error
        }
    }

    /// The value that a text holds.
    ///
    /// - Throws: ``JSONAnswerError``.
    public static func read(_ text: String, as schema: JSONSchema) throws(JSONAnswerError) -> JSONValue {
        guard text.utf8.count <= bytesMax else { throw JSONAnswerError(.tooLarge) }
        let bytes = Array(text.utf8)
        guard bytes.contains(where: { $0 > UInt8(ascii: " ") }) else { throw JSONAnswerError(.empty) }
        var first: [JSONSchema.Violation]?
        if let value = scalar(bytes) {
            let violations = schema.validate(value)
            if violations.isEmpty { return value }
            first = violations
        }
        var scanner = JSONScanner(bytes, effort: max(effortMin, bytes.count * passesMax))
        for _ in 0..<candidatesMax {
            guard let candidate = scanner.next() else { break }
            guard let value = try? WireJSON.read(Data(candidate.bytes)) else {
                scanner.skip(to: candidate.start + 1)
                continue
            }
            let violations = schema.validate(value)
            if violations.isEmpty { return value }
            first = first ?? violations
            scanner.skip(to: candidate.end)
        }
        throw JSONAnswerError(first.map { .violations($0) } ?? .noJSON)
    }

    /// The whole text as a number, a text, `true`, `false` or `null`, perhaps within a fence.
    private static func scalar(_ bytes: [UInt8]) -> JSONValue? {
        let text = String(decoding: bytes, as: UTF8.self)
        var lines = text.split(whereSeparator: \.isNewline).filter { !$0.allSatisfy(\.isWhitespace) }
        if lines.count >= 3, lines.first?.hasPrefix("```") == true, lines.last?.hasPrefix("```") == true {
            lines = Array(lines.dropFirst().dropLast())
        }
        guard lines.count == 1, let byte = lines[0].utf8.first(where: { $0 > UInt8(ascii: " ") }),
            byte != UInt8(ascii: "{"), byte != UInt8(ascii: "[")
        else { return nil }
        return try? WireJSON.read(Data(lines[0].utf8))
    }
}

/// Finds objects and lists in a text by their brackets.
struct JSONScanner {
    struct Candidate {
        let start: Int
        let end: Int
        /// What is between the brackets, with control characters inside of texts written as JSON wants them.
        let bytes: [UInt8]
    }

    private let text: [UInt8]
    private var place = 0
    /// Bytes that may still be looked at; a text full of open brackets would be read again from each.
    private var effort: Int

    init(_ text: [UInt8], effort: Int) {
        self.text = text
        self.effort = effort
    }

    mutating func skip(to place: Int) { self.place = place }

    /// The next object or list that ends.
    mutating func next() -> Candidate? {
        while place < text.count, effort > 0 {
            if text[place] == UInt8(ascii: "{") || text[place] == UInt8(ascii: "[") {
                if let candidate = candidate() { return candidate }
            }
            effort -= 1
            place += 1
        }
        return nil
    }

    private mutating func candidate() -> Candidate? {
        var bytes: [UInt8] = []
        var (open, isInText, isEscaped): ([UInt8], Bool, Bool) = ([], false, false)
        for index in place..<text.count {
            effort -= 1
            guard effort > 0, open.count <= WireJSON.depthMax else { return nil }
            let byte = text[index]
            if isInText {
                if byte < 0x20 {
                    bytes += isEscaped ? Array(Self.escaped(byte).dropFirst()) : Self.escaped(byte)
                    isEscaped = false
                    continue
                }
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isInText = false
                }
                bytes.append(byte)
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isInText = true
            case UInt8(ascii: "{"), UInt8(ascii: "["): open.append(byte + 2)  // '}' and ']' are two places further on
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                guard open.popLast() == byte else { return nil }
            default: break
            }
            // Outside of texts a control character other than a line end or a tab has no meaning.
            if byte >= 0x20 || [0x09, 0x0A, 0x0D].contains(byte) { bytes.append(byte) }
            if open.isEmpty { return Candidate(start: place, end: index + 1, bytes: bytes) }
        }
        return nil
    }

    private static func escaped(_ byte: UInt8) -> [UInt8] {
        switch byte {
        case 0x09: Array("\\t".utf8)
        case 0x0A: Array("\\n".utf8)
        case 0x0D: Array("\\r".utf8)
        default: Array("\\u00".utf8) + [hex(byte >> 4), hex(byte & 15)]
        }
    }

    private static func hex(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 + digit : 0x57 + digit }
}
