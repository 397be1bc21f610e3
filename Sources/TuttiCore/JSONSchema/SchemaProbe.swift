extension JSONSchema {
    /// The schema of a type, found out by watching what its `init(from:)` asks a decoder for.
    ///
    /// What is read by `decode` is required. What is read by `decodeIfPresent`, or only after `contains`, is optional
    /// and may be `null`; which value then stands for it cannot be seen. Of whole numbers the bounds are told for
    /// widths below 64 bits and for zero as the least. An enum is a list of its values when it is `CaseIterable`. A
    /// type that refers to itself goes into ``definitions``. A type that reads one of several forms gives all of
    /// them, as long as it asks for them as a whole; a member that is read in several ways shows only the first.
    ///
    /// Anything that cannot be seen so conforms to ``JSONSchemaProviding``.
    ///
    /// - Throws: ``JSONSchemaError`` that names the type that hides what it reads.
    public static func of<Value: Decodable>(_ type: Value.Type) throws(JSONSchemaError) -> JSONSchema {
        let probe = SchemaProbe()
        var schema = try probe.schema(of: type, at: "")
        schema.definitions = probe.definitions
        return schema
    }
}

/// One inquiry into a type and all that it is made of.
final class SchemaProbe {
    /// What became of a type: its schema, and a value that stands for it where its owner needs one.
    struct Finding {
        let schema: JSONSchema
        let value: Any
    }

    /// Types inside each other; only generic types that grow without end come here.
    static let depthMax = 64
    /// A type with more cases is no list of alternatives.
    static let casesMax = 256
    /// Ways in which one type may be read.
    static let formsMax = 16

    private(set) var definitions: [String: JSONSchema] = [:]
    private var findings: [ObjectIdentifier: Finding] = [:]
    private var open: [ObjectIdentifier] = []
    private var names: [ObjectIdentifier: String] = [:]
    /// The first failure. It is kept, since a type may swallow what is thrown inside of it.
    private(set) var failure: JSONSchemaError?

    /// The schema of a type of which no value is needed, so that it may be one that is being looked into.
    func schema(of type: any Decodable.Type, at path: String) throws(JSONSchemaError) -> JSONSchema {
        guard open.contains(ObjectIdentifier(type)) else { return try finding(of: type, at: path).schema }
        return .reference(name(of: type))
    }

    /// The schema of a type and a value of it.
    func finding(of type: any Decodable.Type, at path: String) throws(JSONSchemaError) -> Finding {
        let id = ObjectIdentifier(type)
        if let known = findings[id] { return known }
        guard !open.contains(id) else {
            throw fail(type, path, "it needs a value of itself to be read; say its schema by JSONSchemaProviding")
        }
        guard open.count < Self.depthMax else {
            throw fail(
                type, path, "it is nested deeper than \(Self.depthMax) types; say its schema by JSONSchemaProviding")
        }
        open.append(id)
        defer { open.removeLast() }
        var finding = try look(into: type, at: path)
        if let failure { throw failure }
        if let name = names[id] {
            try define(name, finding.schema, for: type, at: path)
            finding = Finding(schema: .reference(name), value: finding.value)
        }
        findings[id] = finding
        return finding
    }

    func fail(_ type: Any.Type, _ path: String, _ problem: String) -> JSONSchemaError {
        let error = failure ?? JSONSchemaError(type: String(describing: type), path: path, problem: problem)
        failure = error
        return error
    }

    private func look(into type: any Decodable.Type, at path: String) throws(JSONSchemaError) -> Finding {
        if let provider = type as? any JSONSchemaProviding.Type { return try told(by: provider, at: path) }
        if let builtIn = type as? any SchemaBuiltIn.Type { return try builtIn.finding(by: self, at: path) }
        if let cases = type as? any CaseIterable.Type, let finding = Self.list(cases) { return finding }
        return try watch(type, at: path)
    }

    // MARK: Types that say their schema

    private func told(by type: any JSONSchemaProviding.Type, at path: String) throws(JSONSchemaError) -> Finding {
        var schema = type.jsonSchema
        for (name, definition) in schema.definitions { try define(name, definition, for: type, at: path) }
        let example = schema.example(definitions: schema.definitions)
        schema.definitions = [:]
        do {
            let bytes = try CanonicalJSON.encode(example)
            return Finding(schema: schema, value: try CanonicalJSON.decode(type, from: bytes))
        } catch {
            let advice = "put a value that it reads first into the examples of its jsonSchema"
            throw fail(type, path, "it does not read the example of its own schema (\(Self.reason(error))); \(advice)")
        }
    }

    // MARK: Types that are a list of cases

    private static func list<Cases: CaseIterable>(_ type: Cases.Type) -> Finding? {
        let cases = type.allCases.prefix(casesMax + 1)
        guard let first = cases.first, cases.count <= casesMax else { return nil }
        var values: [JSONValue] = []
        for value in cases {
            guard let written = written(value) else { return nil }
            values.append(written)
        }
        return Finding(schema: .values(values), value: first)
    }

    /// A case as it stands in JSON; `nil` when that cannot be told.
    private static func written(_ value: some Any) -> JSONValue? {
        if let value = value as? any Encodable, let bytes = try? CanonicalJSON.encode(value) {
            return try? CanonicalJSON.decode(JSONValue.self, from: bytes)
        }
        guard let value = value as? any RawRepresentable else { return nil }
        let raw: Any = value.rawValue
        if let text = raw as? String { return .string(text) }
        return (raw as? any BinaryInteger).flatMap { Int64(exactly: $0) }.map(JSONValue.int)
    }

    // MARK: All others

    /// Reads a value again and again, each time with the ways refused that were seen before, until nothing new comes.
    private func watch<Value: Decodable>(_ type: Value.Type, at path: String) throws(JSONSchemaError) -> Finding {
        var refused: Set<SchemaRecorder.Way> = []
        var forms: [JSONSchema] = []
        var first: Value?
        while forms.count < Self.formsMax {
            let recorder = SchemaRecorder(probe: self, path: path, refused: refused)
            do {
                let value = try type.init(from: recorder)
                first = first ?? value
            } catch {
                if let failure { throw failure }
                if first == nil { throw fail(type, path, Self.advice(after: error)) }
                break
            }
            let ways = recorder.recording.ways
            if !forms.isEmpty, ways.isSubset(of: refused) { break }
            guard let form = recorder.recording.schema else {
                throw fail(type, path, "it reads itself in two ways at once; say its schema by JSONSchemaProviding")
            }
            if !forms.contains(form) { forms.append(form) }
            refused.formUnion(ways)
        }
        guard let value = first else { throw fail(type, path, "it was never read") }
        return Finding(schema: forms.count == 1 ? forms[0] : .anyOf(forms), value: value)
    }

    private static func advice(after error: any Error) -> String {
        "it refused the placeholders that it was read with (\(reason(error))); an enum of raw values may conform to "
            + "CaseIterable, any type may say its schema by JSONSchemaProviding"
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return String(describing: error) }
        return switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            context.debugDescription
        @unknown default: String(describing: error)
        }
    }

    // MARK: Names

    private func name(of type: any Decodable.Type) -> String {
        let id = ObjectIdentifier(type)
        if let name = names[id] { return name }
        let plain = String(describing: type).map { $0.isLetter || $0.isNumber ? $0 : "_" }
        let taken = Set(names.values).union(definitions.keys)
        var name = String(plain)
        var count = 1
        while taken.contains(name) {
            count += 1
            name = String(plain) + String(count)
        }
        names[id] = name
        return name
    }

    private func define(
        _ name: String, _ schema: JSONSchema, for type: any Decodable.Type, at path: String
    ) throws(JSONSchemaError) {
        if let other = definitions.updateValue(schema, forKey: name), other != schema {
            throw fail(type, path, "two schemas are defined as '\(name)'; give one of them another name")
        }
    }
}
