import Testing
import TuttiCore

@Suite("JSON schema: validation")
struct JSONSchemaValidationTests {
    /// One for each keyword that is written.
    static let wrong: [(JSONSchema, JSONValue, String, String, String)] = [
        (.string(), 1, "", "type", "the value is a whole number; it takes a text"),
        (.integer(), .double(1.5), "", "type", "the value is a number; it takes a whole number"),
        (.integer(), .double(1e30), "", "type", "the value is a number; it takes a whole number"),
        (.null, false, "", "type", "the value is true or false; it takes null"),
        (.boolean, .null, "", "type", "the value is null; it takes true or false"),
        (
            .integer(minimum: 1), 0, "", "minimum", "the value is out of range; it takes a whole number from 1"
        ),
        (
            .number(minimum: 0, maximum: 1), .double(1.01), "", "maximum",
            "the value is out of range; it takes a number from 0 to 1"
        ),
        (.string(.uuid), "x", "", "format", "the value does not fit; it takes a UUID"),
        (.string(.url), "", "", "format", "the value does not fit; it takes a URL"),
        (.string(.base64), "?", "", "contentEncoding", "the value does not fit; it takes bytes in base64"),
        (.values(["a", 1]), "b", "", "enum", "the value does not fit; it takes \"a\" or 1"),
        (.array(of: .integer()), [1, "x"], "/1", "type", "'/1' is a text; it takes a whole number"),
        (.tuple([.integer(), .null]), [1], "", "minItems", "the value has 1 values; it takes 2"),
        (.tuple([.integer()]), [1, 2], "", "items", "the value has 2 values; it takes 1"),
        (
            .object([.required("a/b", .string())]), [:], "/a~1b", "required",
            "'/a~1b' is missing; it takes a text"
        ),
        (
            .object([.optional("a", .any), .optional("c", .any)], others: .refused), ["b": 1], "/b",
            "additionalProperties", "'/b' is not known; there are a, c"
        ),
        (.dictionary(of: .boolean), ["x~": 1], "/x~0", "type", "'/x~0' is a whole number; it takes true or false"),
        (.string().orNull, 1, "", "anyOf", "the value is a whole number; it takes a text or null"),
        (
            .array(of: .integer(maximum: 9)).orNull, [10], "/0", "maximum",
            "'/0' is out of range; it takes a whole number up to 9"
        ),
        (.reference("A"), 1, "", "$ref", "the value cannot be checked: the schema defines no 'A'; define it"),
    ]

    @Test(arguments: wrong)
    func namesThePlaceAndTheRule(
        schema: JSONSchema, value: JSONValue, path: String, rule: String, message: String
    ) {
        #expect(
            schema.validate(value) == [JSONSchema.Violation(path: path, rule: rule, message: message)])
    }

    static let right: [(JSONSchema, JSONValue)] = [
        (.any, [1, .null, ["a": true]]), (.integer(), .double(3)), (.number(), 3), (.string().orNull, .null),
        (.string(.base64), "aGk="), (.string(.uuid), "00000000-0000-0000-0000-000000000000"),
        (.string(.url), "https://example.org/a%20b"), (.values([["a": 1]]), ["a": 1]),
        (.tuple([]), []), (.object([.optional("a", .integer())]), ["b": "ignored"]),
        (.anyOf([.integer(minimum: 5), .integer(maximum: 1)]), 0),
    ]

    @Test(arguments: right) func takesWhatFits(schema: JSONSchema, value: JSONValue) {
        #expect(schema.validate(value) == [])
    }

    private static func violation(_ path: String, _ rule: String, _ message: String) -> JSONSchema.Violation {
        JSONSchema.Violation(path: path, rule: rule, message: message)
    }

    @Test func tellsAllInTheOrderOfTheSchema() {
        let schema = JSONSchema.object(
            [.required("z", .string()), .required("a", .string()), .optional("m", .boolean)], others: .refused)
        #expect(schema.validate(["m": 1, "x": 1, "b": 1]).map(\.path) == ["/z", "/a", "/m", "/b", "/x"])
    }

    struct Order: Decodable {
        var item: String
        var count: UInt8?
    }

    @Test func theExampleOfTheDocumentation() throws {
        #expect(
            try JSONSchema.of(Order.self).validate(["count": 300]).map(\.message) == [
                "'/item' is missing; it takes a text",
                "'/count' is out of range; it takes a whole number from 0 to 255",
            ])
    }

    @Test func violationsAreBounded() {
        let many = JSONValue.array([JSONValue](repeating: "x", count: 2 * JSONSchema.violationsMax))
        #expect(JSONSchema.array(of: .integer()).validate(many).count == JSONSchema.violationsMax)
    }

    private static func nested(_ depth: Int, _ innermost: JSONValue) -> JSONValue {
        (0..<depth).reduce(innermost) { value, _ in [value] }
    }

    /// Each level has two forms that both fail at the innermost value: 2 to the power of the depth ways, which would
    /// never end.
    @Test func timeIsBounded() {
        var schema = JSONSchema.reference("A")
        schema.definitions = ["A": .anyOf([.null, .array(of: .reference("A")), .tuple([.reference("A")])])]
        #expect(schema.validate(Self.nested(40, .null)) == [])
        #expect(!schema.validate(Self.nested(40, true)).isEmpty)
    }

    @Test func depthIsBounded() {
        var schema = JSONSchema.reference("A")
        schema.definitions = ["A": .array(of: .reference("A"))]
        #expect(schema.validate(Self.nested(60, [])) == [])
        #expect(schema.validate(Self.nested(200, [])).map(\.rule) == ["depth"])
        schema.definitions = ["A": .reference("A")]
        #expect(schema.validate(1).map(\.rule) == ["depth"])
    }

    /// Inputs may hold secrets, and violations are shown and logged.
    @Test func neverShowsTheValue() {
        let schema = JSONSchema.object(
            [.required("a", .values(["x"])), .required("b", .string(.uuid)), .required("c", .integer(maximum: 1))])
        let messages = schema.validate(["a": "hunter2", "b": "hunter2", "c": 31_337]).map(\.message).joined()
        #expect(!messages.contains("hunter2") && !messages.contains("31337"))
        #expect(messages.contains("'/b'"))
    }
}

@Suite("JSON schema: as JSON")
struct JSONSchemaWritingTests {
    @Test func everyKeyword() throws {
        var schema = JSONSchema.object(
            [
                .required("count", .integer(minimum: 0).describing("How many.")),
                .optional("share", .number(maximum: 0.5)), .optional("kind", .values(["a"]).orNull),
            ], others: .refused)
        schema.title = "Order"
        schema.definitions = ["a/b": .any]
        schema.examples = [["count": 1]]
        #expect(
            schema.document == [
                "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Order", "type": "object",
                "properties": [
                    "count": ["type": "integer", "minimum": 0, "description": "How many."],
                    "share": ["type": "number", "maximum": .double(0.5)],
                    "kind": ["anyOf": [["enum": ["a"]], ["type": "null"]]],
                ],
                "required": ["count"], "additionalProperties": false, "$defs": ["a/b": [:]],
                "examples": [["count": 1]],
            ])
        #expect(JSONSchema.reference("a/b").json == ["$ref": "#/$defs/a~1b"])
        #expect(try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(schema)) == schema.json)
    }
}
