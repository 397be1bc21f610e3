import TuttiCore

/// A text that may refer to earlier results: `Version ${{ input.version }} is ready`.
///
/// There are no expressions: a reference names a value, and the value is put in its place. `${{ '${{' }}` stands for
/// the three characters themselves.
public struct Template: Sendable, Hashable {
    /// A piece of a template.
    public enum Part: Sendable, Hashable {
        /// Itself.
        case text(String)
        /// A value to be put in.
        case reference(Reference)
    }

    /// The pieces in their order; no text is empty, and no two stand beside each other.
    public let parts: [Part]

    /// What it refers to, in its order.
    public var references: [Reference] {
        parts.compactMap { if case .reference(let reference) = $0 { reference } else { nil } }
    }

    /// A text without references, whatever it holds.
    public init(literal text: String) { parts = text.isEmpty ? [] : [.text(text)] }

    /// Reads a text.
    ///
    /// - Throws: ``TemplateError`` when a reference is none, is not closed, or is one too many.
    public init(_ text: String) throws(TemplateError) {
        var parts: [Part] = []
        var pending = ""
        var rest = Substring(text)
        while let opening = rest.firstRange(of: Self.opening) {
            pending += rest[..<opening.lowerBound]
            rest = rest[opening.upperBound...]
            guard let closing = rest.firstRange(of: "}}") else {
                throw TemplateError("'${{' is never closed; write '}}' behind the name, or \(Self.escaped) for itself")
            }
            let inner = Self.trimmed(rest[..<closing.lowerBound])
            rest = rest[closing.upperBound...]
            if inner == "'\(Self.opening)'" {
                pending += Self.opening
            } else {
                if !pending.isEmpty { parts.append(.text(pending)) }
                pending = ""
                parts.append(.reference(try Reference(String(inner))))
            }
        }
        pending += rest
        if !pending.isEmpty { parts.append(.text(pending)) }
        self.parts = parts
        if references.count > DefinitionLimits.referencesMax {
            throw TemplateError("holds more than \(DefinitionLimits.referencesMax) references; use fewer")
        }
    }

    /// The text that reads as this template.
    public var source: String {
        parts.map { part in
            switch part {
            case .text(let text): text.replacing(Self.opening, with: Self.escaped)
            case .reference(let reference): reference.description
            }
        }.joined()
    }

    private static let opening = "${{"
    private static let escaped = "${{ '${{' }}"

    private static func trimmed(_ text: Substring) -> Substring {
        let inner = text.drop { $0.isWhitespace }
        let spaces = inner.reversed().prefix { $0.isWhitespace }.count
        return inner.dropLast(spaces)
    }
}

extension Template: Codable {
    /// Reads ``source``.
    ///
    /// - Throws: `DecodingError.dataCorrupted` when it holds what is no reference.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(container.decode(String.self))
        } catch let error as TemplateError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.problem)
        }
    }

    /// Writes ``source``.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(source)
    }
}

/// The name of a value: `input.NAME` or `steps.NAME`, and members of it by further names or numbers.
public struct Reference: Sendable, Hashable, CustomStringConvertible {
    /// Whose value it is.
    public enum Origin: Sendable, Hashable {
        /// All that the run was started with.
        case input
        /// What a step has put out.
        case step(String)
    }

    /// Whose value it is.
    public let origin: Origin
    /// The way into the value, from outside in.
    public let path: [String]

    init(_ text: String) throws(TemplateError) {
        let shown = "'\(text.prefix(60))'"
        let names = text.split(separator: ".", omittingEmptySubsequences: false).map { String($0) }
        let isWellFormed = names.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy(Self.isNameByte) }
        guard isWellFormed, names.count <= DefinitionLimits.referenceDepthMax else {
            throw TemplateError(
                "\(shown) is no reference; write input.NAME or steps.NAME.FIELD, there are no expressions")
        }
        switch names[0] {
        case "input":
            origin = .input
            path = Array(names.dropFirst())
        case "steps":
            guard names.count > 1 else { throw TemplateError("\(shown) names no step; write steps.NAME") }
            origin = .step(names[1])
            path = Array(names.dropFirst(2))
        default:
            let near = NearestName.find(names[0], among: ["input", "steps"]).map { "; did you mean '\($0)'?" } ?? ""
            throw TemplateError("\(shown) begins with neither 'input' nor 'steps'\(near)")
        }
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    /// As it is written.
    public var description: String {
        let first = if case .step(let name) = origin { ["steps", name] } else { ["input"] }
        return "${{ \((first + path).joined(separator: ".")) }}"
    }
}

/// A text whose references cannot be read.
public struct TemplateError: Error, Sendable, Hashable {
    /// What is wrong and what to do, to stand behind the name of a field.
    public let problem: String

    init(_ problem: String) { self.problem = problem }
}
