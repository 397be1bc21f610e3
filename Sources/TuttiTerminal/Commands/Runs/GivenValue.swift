import FoundationEssentials
import TuttiCore

/// A JSON value that a person hands over on the command line, in a file or through a pipe.
enum GivenValue {
    /// JSON, `@FILE`, or `-`.
    ///
    /// - Parameter name: what it is for, such as `JSON` or `--edit`.
    /// - Throws: ``InputError``.
    static func read(_ typed: String, for name: String, _ input: CommandInput) throws(InputError) -> JSONValue {
        if typed == "-" || typed.hasPrefix("@") { return try json(of: try text(typed, input), shown(typed)) }
        return try json(of: typed, name)
    }

    /// As ``read(_:for:_:)``, or the name of a file.
    static func readOrFile(_ typed: String, for name: String, _ input: CommandInput) throws(InputError) -> JSONValue {
        if let value = decode(typed) { return value }
        return try json(of: try text(typed, input), shown(typed))
    }

    /// What a file (with or without `@`) or standard input holds.
    static func text(_ typed: String, _ input: CommandInput) throws(InputError) -> String {
        let path = typed.hasPrefix("@") ? String(typed.dropFirst()) : typed
        return try DocumentReader.read(path, standardInput: input.descriptor, limit: .message)
    }

    /// - Throws: ``InputError`` when a text is no JSON.
    static func json(of text: String, _ name: String) throws(InputError) -> JSONValue {
        guard let value = decode(text) else {
            throw InputError(
                "\(name) is no JSON; write a text in quotes, such as '\"yes\"', and name a file as @FILE")
        }
        return value
    }

    private static func decode(_ text: String) -> JSONValue? {
        try? CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    }

    private static func shown(_ typed: String) -> String {
        typed == "-" ? "standard input" : typed.hasPrefix("@") ? String(typed.dropFirst()) : typed
    }
}

extension JSONValue {
    /// What sort of value it is, for people.
    var kindName: String {
        switch self {
        case .null: "null"
        case .bool: "true or false"
        case .int, .double: "a number"
        case .string: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }

    /// As a person reads it: a text as it is, everything else as JSON with line breaks.
    var readable: String {
        if case .string(let text) = self { return text }
        let isEmpty = self == [] || self == [:]  // the encoder would put an empty line inside
        let bytes = isEmpty ? try? CanonicalJSON.encode(self) : try? CanonicalJSON.encodePretty(self)
        return String(decoding: bytes ?? Data(), as: UTF8.self)
    }
}
