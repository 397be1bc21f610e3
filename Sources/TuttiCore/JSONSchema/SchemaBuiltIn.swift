/// A type of the standard library of which the schema is known without watching it.
protocol SchemaBuiltIn {
    static func finding(by probe: SchemaProbe, at path: String) throws(JSONSchemaError) -> SchemaProbe.Finding
}

extension Bool: SchemaBuiltIn {
    static func finding(by probe: SchemaProbe, at path: String) -> SchemaProbe.Finding {
        SchemaProbe.Finding(schema: .boolean, value: false)
    }
}

extension String: SchemaBuiltIn {
    static func finding(by probe: SchemaProbe, at path: String) -> SchemaProbe.Finding {
        SchemaProbe.Finding(schema: .string(), value: "")
    }
}

extension Double: SchemaBuiltIn {
    static func finding(by probe: SchemaProbe, at path: String) -> SchemaProbe.Finding {
        SchemaProbe.Finding(schema: .number(), value: 0 as Double)
    }
}

extension Float: SchemaBuiltIn {
    static func finding(by probe: SchemaProbe, at path: String) -> SchemaProbe.Finding {
        SchemaProbe.Finding(schema: .number(), value: 0 as Float)
    }
}

// MARK: Whole numbers

extension SchemaBuiltIn where Self: FixedWidthInteger {
    /// The bounds of 64 bits go without saying; those of fewer do not.
    static func finding(by probe: SchemaProbe, at path: String) -> SchemaProbe.Finding {
        let isNarrow = bitWidth < 64
        let schema = JSONSchema.integer(
            minimum: isNarrow || !isSigned ? Double(min) : nil, maximum: isNarrow ? Double(max) : nil)
        return SchemaProbe.Finding(schema: schema, value: 0 as Self)
    }
}

extension Int: SchemaBuiltIn {}
extension Int8: SchemaBuiltIn {}
extension Int16: SchemaBuiltIn {}
extension Int32: SchemaBuiltIn {}
extension Int64: SchemaBuiltIn {}
extension UInt: SchemaBuiltIn {}
extension UInt8: SchemaBuiltIn {}
extension UInt16: SchemaBuiltIn {}
extension UInt32: SchemaBuiltIn {}
extension UInt64: SchemaBuiltIn {}

// MARK: What may hold nothing, so that a type may refer to itself through it

extension Optional: SchemaBuiltIn where Wrapped: Decodable {
    static func finding(by probe: SchemaProbe, at path: String) throws(JSONSchemaError) -> SchemaProbe.Finding {
        SchemaProbe.Finding(schema: try probe.schema(of: Wrapped.self, at: path).orNull, value: Self.none as Any)
    }
}

extension Array: SchemaBuiltIn where Element: Decodable {
    static func finding(by probe: SchemaProbe, at path: String) throws(JSONSchemaError) -> SchemaProbe.Finding {
        SchemaProbe.Finding(
            schema: .array(of: try probe.schema(of: Element.self, at: path + "/*")), value: [] as Self)
    }
}

extension Set: SchemaBuiltIn where Element: Decodable {
    static func finding(by probe: SchemaProbe, at path: String) throws(JSONSchemaError) -> SchemaProbe.Finding {
        SchemaProbe.Finding(
            schema: .array(of: try probe.schema(of: Element.self, at: path + "/*")), value: [] as Self)
    }
}

extension Dictionary: SchemaBuiltIn where Key: Decodable, Value: Decodable {
    static func finding(by probe: SchemaProbe, at path: String) throws(JSONSchemaError) -> SchemaProbe.Finding {
        let names: [String]?
        switch Key.self {
        case is String.Type, is Int.Type: names = nil
        case let keys as any (CaseIterable & CodingKeyRepresentable).Type: names = Self.names(keys)
        default:
            throw probe.fail(
                Self.self, path,
                "its keys are no texts; use String, or an enum that is CaseIterable and CodingKeyRepresentable")
        }
        let value = try probe.schema(of: Value.self, at: path + "/*")
        return SchemaProbe.Finding(schema: .object([], others: .each(value, names: names)), value: [:] as Self)
    }

    private static func names<Keys: CaseIterable & CodingKeyRepresentable>(_ keys: Keys.Type) -> [String] {
        keys.allCases.map(\.codingKey.stringValue)
    }
}
