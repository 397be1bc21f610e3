extension JSONSchema {
    /// Schemas inside each other that are read at most.
    public static let readDepthMax = 32
    /// Schemas in one that are read at most, itself among them.
    public static let readCountMax = 2_000

    /// Reads a schema that somebody else has written, such as that of a tool or in a file.
    ///
    /// What it says beyond the part of JSON Schema (2020-12) that is checked here is kept as it stands and told to
    /// whoever reads ``json``: `pattern`, `minLength`, `allOf` and the like refuse nothing.
    ///
    /// - Throws: ``JSONSchemaReadingError`` for what is no schema, refers to what is not in it, or is too large.
    public init(reading json: JSONValue) throws(JSONSchemaReadingError) {
        var reader = SchemaReader()
        self = try reader.schema(json, at: "", depth: 0)
        definitions = try reader.definitions(of: json)
        if let missing = reader.references.first(where: { definitions[$0.name] == nil }) {
            throw JSONSchemaReadingError(
                path: missing.path, problem: "refers to '\(missing.name)', which '$defs' does not have; define it")
        }
    }
}

/// A schema that cannot be read.
public struct JSONSchemaReadingError: CodedError, Hashable, CustomStringConvertible {
    /// Where in the schema, as a JSON pointer; empty for the schema itself.
    public var path: String
    /// What is wrong, and what to do.
    public var problem: String

    /// `bad_schema`
    public var code: String { "bad_schema" }
    /// The place and the problem.
    public var message: String { (path.isEmpty ? "the schema" : "'\(path)' of the schema") + " " + problem }
    /// Never: the schema has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}

/// Walks a schema that is written as JSON.
private struct SchemaReader {
    /// What references name, and where they stand.
    private(set) var references: [(name: String, path: String)] = []
    private var count = 0

    /// Words that say the same at every schema, and those that only the outermost has.
    private static let common = [
        "title", "description", "default", "examples", "$defs", "definitions", "$schema", "$id",
    ]

    mutating func definitions(of json: JSONValue) throws(JSONSchemaReadingError) -> [String: JSONSchema] {
        var definitions: [String: JSONSchema] = [:]
        for word in ["definitions", "$defs"] {
            guard let told = json[word] else { continue }
            guard case .object(let members) = told else { throw Self.failure("/\(word)", "is no object of schemas") }
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                definitions[name] = try schema(member, at: "/\(word)/\(JSONPointer.escape(name))", depth: 1)
            }
        }
        return definitions
    }

    mutating func schema(_ json: JSONValue, at path: String, depth: Int) throws(JSONSchemaReadingError) -> JSONSchema {
        count += 1
        guard depth < JSONSchema.readDepthMax, count <= JSONSchema.readCountMax else {
            throw Self.failure(path, "is too deep or too large; make it simpler")
        }
        switch json {
        case .bool(true): return .any
        case .bool(false): return .values([])
        case .object(let members):
            var (schema, understood) = try shape(members, at: path, depth: depth)
            schema.title = members["title"]?.stringValue
            schema.description = members["description"]?.stringValue
            schema.defaultValue = members["default"]
            if case .array(let examples)? = members["examples"] { schema.examples = examples }
            understood += Self.common
            schema.keywords = members.filter { !understood.contains($0.key) }
            return schema
        default: throw Self.failure(path, "is neither an object nor true or false")
        }
    }

    private static func failure(_ path: String, _ problem: String) -> JSONSchemaReadingError {
        JSONSchemaReadingError(path: path, problem: problem)
    }

    /// The shape, and the words that have gone into it.
    private mutating func shape(
        _ members: [String: JSONValue], at path: String, depth: Int
    ) throws(JSONSchemaReadingError) -> (JSONSchema, understood: [String]) {
        if let target = members["$ref"] { return (try reference(target, at: path), ["$ref"]) }
        if let value = members["const"] { return (.values([value]), ["const", "type"]) }
        if let values = members["enum"] {
            guard case .array(let values) = values else { throw Self.failure(path + "/enum", "is no list") }
            return (.values(values), ["enum", "type"])
        }
        for word in ["anyOf", "oneOf"] {
            guard let forms = members[word] else { continue }
            return (try anyOf(forms, at: "\(path)/\(word)", depth: depth), [word])
        }
        switch members["type"] {
        case nil:
            // Readers take a schema with members for an object, and most writers mean one.
            guard members["properties"] != nil else { return (.any, []) }
            return try typed("object", members, at: path, depth: depth)
        case .string(let type): return try typed(type, members, at: path, depth: depth)
        case .array(let types):
            var forms: [JSONSchema] = []
            var understood: [String] = []
            for type in types {
                guard let type = type.stringValue else { throw Self.failure(path + "/type", "names no type") }
                let (form, words) = try typed(type, members, at: path, depth: depth)
                forms.append(form)
                understood += words
            }
            return (forms.count == 1 ? forms[0] : JSONSchema(.anyOf(forms)), understood)
        default: throw Self.failure(path + "/type", "is neither a type nor a list of types")
        }
    }

    private mutating func reference(
        _ target: JSONValue, at path: String
    ) throws(JSONSchemaReadingError) -> JSONSchema {
        let text = target.stringValue ?? ""
        for start in ["#/$defs/", "#/definitions/"] where text.hasPrefix(start) {
            let name = JSONPointer.unescape(String(text.dropFirst(start.count)))
            references.append((name, path))
            return JSONSchema(.reference(name))
        }
        throw Self.failure(path, "refers to something outside of '$defs'; define it there")
    }

    private mutating func anyOf(
        _ forms: JSONValue, at path: String, depth: Int
    ) throws(JSONSchemaReadingError) -> JSONSchema {
        guard case .array(let items) = forms, !items.isEmpty else { throw Self.failure(path, "is no list of schemas") }
        var schemas: [JSONSchema] = []
        for (index, item) in items.enumerated() {
            schemas.append(try schema(item, at: "\(path)/\(index)", depth: depth + 1))
        }
        return JSONSchema(.anyOf(schemas))
    }

    private mutating func typed(
        _ type: String, _ members: [String: JSONValue], at path: String, depth: Int
    ) throws(JSONSchemaReadingError) -> (JSONSchema, understood: [String]) {
        switch type {
        case "null": return (.null, ["type"])
        case "boolean": return (.boolean, ["type"])
        case "integer": return (.integer(minimum: members.minimum, maximum: members.maximum), Self.rangeWords)
        case "number": return (.number(minimum: members.minimum, maximum: members.maximum), Self.rangeWords)
        case "string": return string(members)
        case "array": return try array(members, at: path, depth: depth)
        case "object": return try object(members, at: path, depth: depth)
        default: throw Self.failure(path + "/type", "is no type of JSON Schema")
        }
    }

    private static let rangeWords = ["type", "minimum", "maximum"]

    private func string(_ members: [String: JSONValue]) -> (JSONSchema, understood: [String]) {
        if members["contentEncoding"] == "base64" { return (.string(.base64), ["type", "contentEncoding"]) }
        guard let form = members["format"]?.stringValue.flatMap(JSONSchema.StringForm.init), form != .base64 else {
            return (.string(), ["type"])
        }
        return (.string(form), ["type", "format"])
    }

    private mutating func array(
        _ members: [String: JSONValue], at path: String, depth: Int
    ) throws(JSONSchemaReadingError) -> (JSONSchema, understood: [String]) {
        if case .array(let items)? = members["prefixItems"], members["items"] == .bool(false),
            members["minItems"] == .int(Int64(items.count))
        {
            var schemas: [JSONSchema] = []
            for (index, item) in items.enumerated() {
                schemas.append(try schema(item, at: "\(path)/prefixItems/\(index)", depth: depth + 1))
            }
            return (.tuple(schemas), ["type", "prefixItems", "items", "minItems"])
        }
        guard let items = members["items"], members["prefixItems"] == nil else { return (.array(of: .any), ["type"]) }
        return (.array(of: try schema(items, at: path + "/items", depth: depth + 1)), ["type", "items"])
    }

    private mutating func object(
        _ members: [String: JSONValue], at path: String, depth: Int
    ) throws(JSONSchemaReadingError) -> (JSONSchema, understood: [String]) {
        var required: Set<String> = []
        if let told = members["required"] {
            guard case .array(let names) = told else { throw Self.failure(path + "/required", "is no list of names") }
            required = Set(names.compactMap(\.stringValue))
        }
        var properties: [JSONSchema.Property] = []
        if let told = members["properties"] {
            guard case .object(let named) = told else {
                throw Self.failure(path + "/properties", "is no object of schemas")
            }
            for (name, member) in named.sorted(by: { $0.key < $1.key }) {
                let place = "\(path)/properties/\(JSONPointer.escape(name))"
                let schema = try schema(member, at: place, depth: depth + 1)
                properties.append(.init(name: name, schema: schema, isRequired: required.remove(name) != nil))
            }
        }
        properties += required.sorted().map { .required($0, .any) }
        let others = try others(members, at: path, depth: depth)
        return (.object(properties, others: others), ["type", "properties", "required", "additionalProperties"])
    }

    private mutating func others(
        _ members: [String: JSONValue], at path: String, depth: Int
    ) throws(JSONSchemaReadingError) -> JSONSchema.OtherMembers {
        guard let told = members["additionalProperties"], told != .bool(true),
            members["patternProperties"] == nil
        else { return .ignored }
        if told == .bool(false) { return .refused }
        return .each(try schema(told, at: path + "/additionalProperties", depth: depth + 1))
    }
}

extension [String: JSONValue] {
    fileprivate var minimum: Double? { self["minimum"]?.doubleValue }
    fileprivate var maximum: Double? { self["maximum"]?.doubleValue }
}

extension JSONValue {
    fileprivate var doubleValue: Double? {
        switch self {
        case .int(let number): Double(number)
        case .double(let number): number
        default: nil
        }
    }
}
