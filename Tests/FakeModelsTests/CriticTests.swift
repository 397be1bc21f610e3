import FakeModels
import Testing
import TuttiCore

@Suite struct CriticTests {
    /// What a critic's answer may look like, with everything that our schemas know.
    private static let schema: JSONSchema = {
        var schema = JSONSchema.object(
            [
                .required(
                    "findings",
                    .array(
                        of: .object(
                            [
                                .required("severity", .values(["critical", "high"])), .required("message", .string()),
                                .required("line", .integer(minimum: 5, maximum: 9)),
                                .optional("share", .number(minimum: 0.25, maximum: 0.5).orNull),
                                .required("link", .string(.url)), .required("id", .string(.uuid)),
                                .required("bytes", .string(.base64)),
                            ], others: .refused))),
                .required("pair", .tuple([.boolean, .null])), .required("any", .any),
                .required("names", .dictionary(of: .integer(maximum: -3))),
                .required("either", .anyOf([.string(), .integer()])), .required("tree", .reference("tree")),
            ], others: .refused)
        schema.definitions = [
            "tree": .object([
                .required("name", .string()), .optional("children", .array(of: .reference("tree"))),
            ])
        ]
        return schema
    }()

    @Test func fitsTheSchema() {
        let value = SchemaAnswer.value(for: Self.schema.json)
        #expect(Self.schema.validate(value).map(\.message) == [])
        #expect(value == SchemaAnswer.value(for: Self.schema.json))
        #expect(value.at("findings", 0, "severity") == "critical")
        #expect(value.at("findings", 0, "line") == 5)
        #expect(value.at("names") == [:])
    }

    @Test(
        arguments: [
            (["type": "OBJECT", "properties": ["a": ["type": "STRING"]], "required": ["a"]], ["a": "fake a"]),
            (["type": ["null", "integer"], "minimum": 3], 3), (["const": "x"], "x"),
            (["type": "integer", "multipleOf": 5, "minimum": 7], 10), (["type": "integer", "exclusiveMinimum": 3], 4),
            (["type": "integer", "maximum": -2], -2), (["type": "number", "exclusiveMaximum": 0], .double(-0.5)),
            (["type": "string", "minLength": 12, "maxLength": 14], "fake value and"),
            (["type": "string", "maxLength": 2], "fa"), (["type": "string", "format": "date"], "2026-01-01"),
            (["type": "array", "items": ["type": "boolean"], "minItems": 3], [true, true, true]),
            (["type": "array", "items": ["type": "string"], "minItems": 2], ["fake value", "fake value 2"]),
            (["type": "array", "items": ["enum": ["a", "b"]], "minItems": 2], ["a", "b"]),
            (["type": "array", "maxItems": 0], []), (["oneOf": [["type": "boolean"], ["type": "null"]]], true),
            (["allOf": [["properties": ["a": ["type": "null"]]], ["required": ["b"]]]], ["a": .null, "b": "fake b"]),
            (["type": "object", "required": ["x"], "additionalProperties": ["type": "integer"]], ["x": 1]),
            (["$ref": "#/$defs/a~1b", "$defs": ["a/b": ["type": "boolean"]]], true),
            (["$ref": "#/nowhere"], "fake value"),
        ] as [(JSONValue, JSONValue)])
    func knowsTheWordsOfSchemas(schema: JSONValue, value: JSONValue) {
        #expect(SchemaAnswer.value(for: schema) == value)
    }

    @Test func comesToAnEndWhereASchemaDoesNot() {
        let node: JSONValue = ["$ref": "#"]
        let endless = SchemaAnswer.value(for: ["type": "object", "properties": ["a": node], "required": ["a"]])
        #expect(endless["a"] != nil)
    }

    private static let answers = JSONValue.object(["ok": true])
    private static let plain: JSONValue = [
        "type": "object", "properties": ["ok": ["type": "boolean"]], "required": ["ok"],
    ]

    /// The ways to ask for a schema, and where the answer is.
    private static func questions(_ schema: JSONValue) -> [(Question, @Sendable (JSONValue) -> JSONValue)] {
        @Sendable func text(_ value: JSONValue) -> JSONValue {
            JSONReader.read(Array((value.stringValue ?? "").utf8)) ?? .null
        }
        return [
            (
                Question(more: [
                    "response_format": ["type": "json_schema", "json_schema": ["name": "a", "schema": schema]]
                ]), { text($0.at("choices", 0, "message", "content")) }
            ),
            (
                Question(more: [
                    "tools": [["type": "function", "function": ["name": "f", "parameters": schema]]],
                    "tool_choice": ["type": "function", "function": ["name": "f"]],
                ]), { text($0.at("choices", 0, "message", "tool_calls", 0, "function", "arguments")) }
            ),
            (
                Question(
                    dialect: .anthropic,
                    more: ["output_config": ["format": ["type": "json_schema", "schema": schema]]]),
                { text($0.at("content", 0, "text")) }
            ),
            (
                Question(
                    dialect: .anthropic,
                    more: [
                        "tools": [["name": "f", "input_schema": schema]], "tool_choice": ["type": "tool", "name": "f"],
                    ]), { $0.at("content", 0, "input") }
            ),
            (
                Question(dialect: .gemini, more: ["generationConfig": ["responseJsonSchema": schema]]),
                { text($0.at("candidates", 0, "content", "parts", 0, "text")) }
            ),
            (
                Question(dialect: .gemini, more: ["generation_config": ["response_schema": schema]]),
                { text($0.at("candidates", 0, "content", "parts", 0, "text")) }
            ),
            (
                Question(
                    dialect: .gemini,
                    more: [
                        "tools": [["functionDeclarations": [["name": "f", "parametersJsonSchema": schema]]]],
                        "toolConfig": ["functionCallingConfig": ["mode": "ANY", "allowedFunctionNames": ["f"]]],
                    ]), { $0.at("candidates", 0, "content", "parts", 0, "functionCall", "args") }
            ),
        ]
    }

    @Test func answersSchemasInEveryDialect() throws {
        let models = try FakeModels(Critic(otherwise: .text("just text")).script)
        for (question, answer) in Self.questions(Self.plain) {
            #expect(answer(try models.ask(question).json) == Self.answers, "\(question.body)")
        }
        #expect(try models.ask().json.at("choices", 0, "message", "content") == "just text")
    }

    @Test func answersAShareAsItShouldNot() {
        let critic = Critic(otherwise: .empty, invalidShare: 0.25)
        func parts(_ prompt: String) -> [Answer.Part] {
            var call = ModelCall(dialect: .chat, model: "m", isStreamed: false, prompt: prompt, body: .null)
            call.schema = Self.plain
            return critic.answer(call).parts
        }
        let answers = (0..<1000).map { parts("question \($0)") }
        let valid = answers.count { $0 == [.text(#"{"ok":true}"#)] }
        #expect((700..<800).contains(valid))
        #expect(Set(answers).count == 6)  // the right one, and each of the wrong ones
        #expect(parts("question 7") == answers[7])
    }
}
