package import TuttiCore

/// Finds a value that fits a JSON schema: always the same one, and as plain as it can be.
///
/// It knows the words that providers take in schemas of answers. Of several forms the first counts, of several values
/// the first; lists are as short as they may be, but not empty when they need not be.
package struct SchemaAnswer {
    private let root: JSONValue

    /// Schemas inside each other; from there on only what has to be is filled in, so that those which name
    /// themselves come to an end.
    private static let depthOfPlenty = 8
    private static let depthMax = 64

    /// A value that fits `schema`.
    package static func value(for schema: JSONValue) -> JSONValue {
        SchemaAnswer(root: schema).value(schema, name: "value", depth: 0)
    }

    private func value(_ schema: JSONValue, name: String, depth: Int) -> JSONValue {
        guard depth < Self.depthMax else { return .null }
        let schema = resolved(schema)
        if let value = schema["const"] ?? ModelCall.list(schema["enum"]).first { return value }
        for word in ["anyOf", "oneOf"] {
            let forms = ModelCall.list(schema[word])
            // Deep down the form that needs least is the one that ends.
            let form = depth < Self.depthOfPlenty ? forms.first : forms.min { weight($0) < weight($1) }
            if let form { return value(Self.merged(schema, form, without: word), name: name, depth: depth + 1) }
        }
        let parts = ModelCall.list(schema["allOf"])
        if !parts.isEmpty {
            let whole = parts.reduce(schema) { Self.merged($0, resolved($1), without: "allOf") }
            return value(whole, name: name, depth: depth + 1)
        }
        switch type(of: schema) {
        case "object": return object(schema, depth: depth)
        case "array": return array(schema, name: name, depth: depth)
        case "string": return .string(text(schema, name: name))
        case "integer": return .int(Int64(number(schema, step: 1)))
        case "number":
            let number = number(schema, step: 0)
            return Int64(exactly: number).map { .int($0) } ?? .double(number)
        case "boolean": return true
        case "null": return .null
        default: return .string(text(schema, name: name))
        }
    }

    /// How much a form asks for.
    private func weight(_ schema: JSONValue) -> Int {
        switch type(of: resolved(schema)) {
        case "object": 10 + ModelCall.list(resolved(schema)["required"]).count
        case "array": 5
        default: 1
        }
    }

    // MARK: What a schema says

    /// The schema that a reference leads to.
    private func resolved(_ schema: JSONValue) -> JSONValue {
        var (schema, left) = (schema, Self.depthMax)
        while let reference = schema["$ref"]?.stringValue, left > 0 {
            left -= 1
            let names = reference.split(separator: "/").dropFirst().map {
                String($0.replacing("~1", with: "/").replacing("~0", with: "~"))
            }
            guard let target = names.reduce(JSONValue?.some(root), { value, name in value?[name] }) else {
                return .null
            }
            schema = Self.merged(schema, target, without: "$ref")
        }
        return schema
    }

    /// Two schemas that both hold.
    private static func merged(_ first: JSONValue, _ second: JSONValue, without word: String) -> JSONValue {
        guard case .object(var members) = first, case .object(let more) = second else { return second }
        members[word] = nil
        members.merge(more) { old, new in
            switch (old, new) {
            case (.object(let old), .object(let new)): .object(old.merging(new) { $1 })
            case (.array(let old), .array(let new)): .array(old + new.filter { !old.contains($0) })
            default: new
            }
        }
        return .object(members)
    }

    /// The first type that is not null; Google writes them in capital letters, and some leave them out.
    private func type(of schema: JSONValue) -> String {
        let types = [schema["type"]].compactMap { $0?.stringValue } + Self.names(schema["type"])
        if let type = types.first(where: { $0.lowercased() != "null" }) ?? types.first { return type.lowercased() }
        if schema["properties"] != nil || schema["required"] != nil { return "object" }
        if schema["items"] != nil || schema["prefixItems"] != nil { return "array" }
        return schema["minimum"] != nil || schema["maximum"] != nil ? "number" : ""
    }

    private static func names(_ value: JSONValue?) -> [String] { ModelCall.list(value).compactMap(\.stringValue) }

    // MARK: Values

    private func object(_ schema: JSONValue, depth: Int) -> JSONValue {
        var members: [String: JSONValue] = [:]
        let required = Self.names(schema["required"])
        if case .object(let properties)? = schema["properties"] {
            for (name, property) in properties where depth < Self.depthOfPlenty || required.contains(name) {
                members[name] = value(property, name: name, depth: depth + 1)
            }
        }
        let others = schema["additionalProperties"] ?? [:]
        let allowed = ModelCall.list(schema["propertyNames"]?["enum"]).compactMap(\.stringValue)
        let least = Int(schema["minProperties"]?.intValue ?? 0)
        let names = required + (allowed.isEmpty ? (0..<least).map { "name\($0 + 1)" } : allowed)
        for name in names where members[name] == nil && (required.contains(name) || members.count < least) {
            members[name] = value(others, name: name, depth: depth + 1)
        }
        return .object(members)
    }

    private func array(_ schema: JSONValue, name: String, depth: Int) -> JSONValue {
        let places = ModelCall.list(schema["prefixItems"])
        var items = places.map { value($0, name: name, depth: depth + 1) }
        let least = Int(schema["minItems"]?.intValue ?? 0)
        let most = Int(schema["maxItems"]?.intValue ?? .max)
        let wanted = depth < Self.depthOfPlenty && places.isEmpty ? max(1, least) : least
        guard schema["items"] != .bool(false) else { return .array(items) }
        let item = resolved(schema["items"] ?? [:])
        let choices = ModelCall.list(item["enum"])
        while items.count < min(wanted, most) {
            let number = items.count
            let next = number < choices.count ? choices[number] : value(item, name: name, depth: depth + 1)
            items.append(number > 0 ? Self.distinct(next, number, isPlain: choices.isEmpty) : next)
        }
        return .array(items)
    }

    /// Items that need to differ do so when they are texts or numbers.
    private static func distinct(_ value: JSONValue, _ number: Int, isPlain: Bool) -> JSONValue {
        switch value {
        case .string(let text) where isPlain: .string("\(text) \(number + 1)")
        default: value
        }
    }

    private func text(_ schema: JSONValue, name: String) -> String {
        if schema["contentEncoding"] == "base64" { return "ZmFrZQ==" }
        if let format = schema["format"]?.stringValue, let text = Self.formats[format] { return text }
        var text = "fake \(name)"
        let least = Int(schema["minLength"]?.intValue ?? 0)
        while text.unicodeScalars.count < least { text += " and more" }
        if let most = schema["maxLength"]?.intValue {
            text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(max(Int(most), 0))))
        }
        return text
    }

    private static let formats = [
        "date-time": "2026-01-01T00:00:00Z", "date": "2026-01-01", "time": "00:00:00Z", "duration": "P1D",
        "email": "fake@example.com", "hostname": "example.com", "ipv4": "127.0.0.1", "ipv6": "::1",
        "uri": "https://example.com/", "uuid": "00000000-0000-4000-8000-000000000000",
    ]

    /// The smallest number that is allowed, or one near zero.
    private func number(_ schema: JSONValue, step: Double) -> Double {
        let step = Self.double(schema["multipleOf"]) ?? step
        var least = Self.double(schema["minimum"])
        if let bound = Self.double(schema["exclusiveMinimum"]) { least = max(least ?? bound, bound + max(step, 0.5)) }
        var most = Self.double(schema["maximum"])
        if let bound = Self.double(schema["exclusiveMaximum"]) { most = min(most ?? bound, bound - max(step, 0.5)) }
        guard let least else { return min(1, most ?? 1) == 1 ? max(1, step) : most.map { Self.floor($0, step) } ?? 1 }
        let number = step > 0 ? (least / step).rounded(.up) * step : least
        return min(number, most ?? number)
    }

    private static func floor(_ number: Double, _ step: Double) -> Double {
        step > 0 ? (number / step).rounded(.down) * step : number
    }

    private static func double(_ value: JSONValue?) -> Double? {
        switch value {
        case .int(let number)?: Double(number)
        case .double(let number)?: number
        default: nil
        }
    }
}
