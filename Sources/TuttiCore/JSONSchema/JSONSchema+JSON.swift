extension JSONSchema {
    /// The schema as JSON, without `$schema`: as tools and routes embed it.
    public var json: JSONValue {
        var members = shapeKeywords.merging(keywords) { _, told in told }
        members["title"] = title.map(JSONValue.string)
        members["description"] = description.map(JSONValue.string)
        members["default"] = defaultValue
        if !examples.isEmpty { members["examples"] = .array(examples) }
        if !definitions.isEmpty { members["$defs"] = .object(definitions.mapValues(\.json)) }
        return .object(members)
    }

    /// The schema as a file of its own, which says by which edition it is to be read.
    public var document: JSONValue {
        guard case .object(var members) = json else { return json }
        members["$schema"] = "https://json-schema.org/draft/2020-12/schema"
        return .object(members)
    }

    private var shapeKeywords: [String: JSONValue] {
        switch shape {
        case .any: [:]
        case .null: ["type": "null"]
        case .boolean: ["type": "boolean"]
        case .integer(let minimum, let maximum): Self.range("integer", minimum, maximum)
        case .number(let minimum, let maximum): Self.range("number", minimum, maximum)
        case .string(nil): ["type": "string"]
        case .string(.base64): ["type": "string", "contentEncoding": "base64"]
        case .string(let form?): ["type": "string", "format": .string(form.rawValue)]
        case .values(let values): ["enum": .array(values)]
        case .array(let element): ["type": "array", "items": element.json]
        case .tuple(let elements):
            [
                "type": "array", "prefixItems": .array(elements.map(\.json)), "items": false,
                "minItems": .int(Int64(elements.count)),
            ]
        case .object(let properties, let others): Self.object(properties, others)
        case .anyOf(let forms): Self.anyOf(forms)
        case .reference(let name): ["$ref": .string("#/$defs/" + JSONPointer.escape(name))]
        }
    }

    private static func range(_ type: String, _ minimum: Double?, _ maximum: Double?) -> [String: JSONValue] {
        var members: [String: JSONValue] = ["type": .string(type)]
        members["minimum"] = minimum.map(number)
        members["maximum"] = maximum.map(number)
        return members
    }

    /// A number without a fraction is written without one.
    private static func number(_ value: Double) -> JSONValue {
        Int64(exactly: value).map(JSONValue.int) ?? .double(value)
    }

    private static func object(_ properties: [Property], _ others: OtherMembers) -> [String: JSONValue] {
        var members: [String: JSONValue] = ["type": "object"]
        if !properties.isEmpty {
            let named = properties.map { ($0.name, $0.schema.json) }
            members["properties"] = .object(Dictionary(named, uniquingKeysWith: { $1 }))
        }
        let required = properties.filter(\.isRequired).map { JSONValue.string($0.name) }
        if !required.isEmpty { members["required"] = .array(required) }
        switch others {
        case .ignored: break
        case .refused: members["additionalProperties"] = false
        case .each(let schema, let names):
            members["additionalProperties"] = schema.json
            members["propertyNames"] = names.map { ["enum": .array($0.map(JSONValue.string))] }
        }
        return members
    }

    /// A plain type or `null` is written as a list of two types, which readers of schemas understand best.
    private static func anyOf(_ forms: [JSONSchema]) -> [String: JSONValue] {
        if forms.count == 2, forms[1] == .null, case .object(var members) = forms[0].json,
            let type = members["type"]?.stringValue
        {
            members["type"] = [.string(type), "null"]
            return members
        }
        return ["anyOf": .array(forms.map(\.json))]
    }
}

extension JSONSchema: Encodable {
    /// Writes ``json``.
    public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}

/// Paths into JSON values (RFC 6901).
package enum JSONPointer {
    /// A member's name as a part of a pointer.
    package static func escape(_ name: String) -> String {
        guard name.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return name }
        return name.reduce(into: "") { $0 += $1 == "~" ? "~0" : $1 == "/" ? "~1" : String($1) }
    }

    /// The name that a part of a pointer stands for.
    package static func unescape(_ part: String) -> String {
        part.contains("~") ? part.replacing("~1", with: "/").replacing("~0", with: "~") : part
    }
}
