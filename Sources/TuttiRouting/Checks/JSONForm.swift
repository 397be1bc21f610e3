import FoundationEssentials
import TuttiCore

/// The form of JSON that a client has asked for, as far as an answer is held to it here: types, members that have to be
/// there, items, values that are listed, and alternatives. What else a schema says is the provider's to keep.
struct JSONForm: Sendable {
    private let schema: JSONValue

    init(_ schema: JSONValue) { self.schema = schema }

    /// Whether a text is JSON of this form, and nothing else.
    func fits(_ text: String) -> Bool {
        guard let value = try? WireJSON.read(Data(text.utf8)) else { return false }
        return Self.fits(value, schema)
    }

    private static func fits(_ value: JSONValue, _ schema: JSONValue) -> Bool {
        guard isOfType(value, schema["type"]) else { return false }
        if case .array(let values)? = schema["enum"], !values.contains(value) { return false }
        if let only = schema["const"], only != value { return false }
        for word in ["anyOf", "oneOf"] {
            if case .array(let forms)? = schema[word], !forms.contains(where: { fits(value, $0) }) { return false }
        }
        switch value {
        case .object(let members): return hasMembers(members, schema)
        case .array(let items):
            guard let form = schema["items"] else { return true }
            return items.allSatisfy { fits($0, form) }
        default: return true
        }
    }

    private static func hasMembers(_ members: [String: JSONValue], _ schema: JSONValue) -> Bool {
        if case .array(let required)? = schema["required"] {
            for case .string(let name) in required where members[name] == nil { return false }
        }
        guard case .object(let forms)? = schema["properties"] else { return true }
        return members.allSatisfy { name, value in forms[name].map { fits(value, $0) } ?? true }
    }

    private static func isOfType(_ value: JSONValue, _ type: JSONValue?) -> Bool {
        switch type {
        case .string(let name)?: isOfType(value, name)
        case .array(let names)?: names.contains { isOfType(value, $0) }
        default: true
        }
    }

    private static func isOfType(_ value: JSONValue, _ name: String) -> Bool {
        switch (name, value) {
        case ("object", .object), ("array", .array), ("string", .string), ("boolean", .bool), ("null", .null),
            ("integer", .int), ("number", .int), ("number", .double):
            true
        case ("integer", .double(let number)): number == number.rounded()
        default: !["object", "array", "string", "boolean", "null", "integer", "number"].contains(name)
        }
    }
}
