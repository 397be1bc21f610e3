import Testing

@testable import TuttiCore

/// Schemas that others have written.
struct JSONSchemaReadingTests {
    @Test func whatIsWrittenIsReadAgain() throws {
        let schemas: [JSONSchema] = [
            .any, .null, .boolean, .integer(minimum: 1), .number(minimum: 0, maximum: 2.5), .string(), .string(.url),
            .string(.base64), .values(["a", 1, .null]), .array(of: .string()), .tuple([.string(), .boolean]),
            .object([.required("a", .string()), .optional("b", .integer())], others: .refused),
            .object([], others: .each(.integer())), JSONSchema(.anyOf([.string(), .integer()])),
            .string().describing("a name"),
        ]
        for schema in schemas { #expect(try JSONSchema(reading: schema.json) == schema) }
    }

    @Test func referencesAreFollowed() throws {
        let tree: JSONValue = [
            "$ref": "#/$defs/node",
            "$defs": [
                "node": ["type": "object", "properties": ["next": ["$ref": "#/$defs/node"]], "required": ["id"]]
            ],
        ]
        let schema = try JSONSchema(reading: tree)
        #expect(schema.validate(["id": 1, "next": ["id": 2]]).isEmpty)
        #expect(schema.validate(["id": 1, "next": [:]]).map(\.path) == ["/next/id"])
        let older: JSONValue = ["$ref": "#/definitions/a~1b", "definitions": ["a/b": ["type": "integer"]]]
        #expect(try JSONSchema(reading: older).validate("text").map(\.rule) == ["type"])
    }

    @Test func whatPydanticAndTypeScriptWriteIsChecked() throws {
        let told: JSONValue = [
            "$schema": "http://json-schema.org/draft-07/schema#", "title": "addArguments", "type": "object",
            "properties": [
                "a": ["title": "A", "type": "integer"],
                "note": ["anyOf": [["type": "string"], ["type": "null"]], "default": .null],
                "mode": ["enum": ["fast", "slow"], "type": "string"],
                "sizes": ["type": ["array", "null"], "items": ["type": "number", "minimum": 0]],
            ],
            "required": ["a"], "additionalProperties": false,
        ]
        let schema = try JSONSchema(reading: told)
        #expect(schema.validate(["a": 1, "note": .null, "mode": "fast", "sizes": [1, .double(2.5)]]).isEmpty)
        let wrong: [(JSONValue, String)] = [
            ([:], "/a"), (["a": "1"], "/a"), (["a": 1, "mode": "other"], "/mode"), (["a": 1, "b": 2], "/b"),
            (["a": 1, "sizes": [-1]], "/sizes/0"), ([1], ""),
        ]
        for (value, path) in wrong { #expect(schema.validate(value).map(\.path) == [path]) }
    }

    @Test func whatIsNotCheckedIsToldOnAndRefusesNothing() throws {
        let told: JSONValue = ["type": "string", "pattern": "^a", "minLength": 3, "x-mcp-header": "Region"]
        let schema = try JSONSchema(reading: told)
        #expect(schema.json == told && schema.validate("b").isEmpty)
        let both: JSONValue = ["allOf": [["type": "string"]], "not": ["const": "x"]]
        #expect(try JSONSchema(reading: both).json == both)
    }

    @Test func mistakesAreNamedWithTheirPlace() {
        let mistakes: [(JSONValue, String)] = [
            ("text", ""), (["type": "strin"], "/type"), (["type": [1]], "/type"), (["enum": "a"], "/enum"),
            (["properties": ["a": ["type": "no"]]], "/properties/a/type"), (["anyOf": []], "/anyOf"),
            (["items": 1, "type": "array"], "/items"), (["$ref": "https://example.org/schema"], ""),
            (["type": "object", "properties": ["a": ["$ref": "#/$defs/none"]]], "/properties/a"),
            (["type": "object", "required": "a"], "/required"), (["$defs": [1]], "/$defs"),
        ]
        for (schema, path) in mistakes {
            #expect(throws: JSONSchemaReadingError.self) { try JSONSchema(reading: schema) }
            do { _ = try JSONSchema(reading: schema) } catch { #expect(error.path == path) }
        }
    }

    @Test func sizeAndDepthAreBounded() {
        var deep: JSONValue = ["type": "string"]
        for _ in 0..<JSONSchema.readDepthMax { deep = ["type": "array", "items": deep] }
        #expect(throws: JSONSchemaReadingError.self) { try JSONSchema(reading: deep) }
        let wide = JSONValue.object(
            Dictionary(
                uniqueKeysWithValues: (0...JSONSchema.readCountMax).map { ("m\($0)", ["type": "string"] as JSONValue) })
        )
        #expect(throws: JSONSchemaReadingError.self) { try JSONSchema(reading: ["properties": wide]) }
    }
}
