import FoundationEssentials
import Testing
import TuttiCore

@Suite("JSON schema of a type")
struct JSONSchemaTests {
    struct Scalars: Codable {
        var text: String
        var flag: Bool
        var real: Double
        var short: Float
        var whole: Int
        var byte: UInt8
        var signed: Int16
        var positive: UInt64
    }

    @Test func membersInTheirOrder() throws {
        #expect(
            try JSONSchema.of(Scalars.self)
                == .object([
                    .required("text", .string()), .required("flag", .boolean), .required("real", .number()),
                    .required("short", .number()), .required("whole", .integer()),
                    .required("byte", .integer(minimum: 0, maximum: 255)),
                    .required("signed", .integer(minimum: -32_768, maximum: 32_767)),
                    .required("positive", .integer(minimum: 0)),
                ]))
    }

    struct Item: Codable {
        var name: String
        var note: String?
    }

    struct Order: Codable {
        var id: UUID
        var items: [Item]
        var tags: Set<String>?
        var counts: [String: [UInt8]]
        var page: URL
        var body: Data
        var at: Date
        var price: Decimal
        var severity: Severity
        var run: RunID
        var more: JSONValue
        var wait: Duration
        var never: Int??
    }

    @Test func whatTypesAreMadeOf() throws {
        let item = JSONSchema.object([.required("name", .string()), .optional("note", .string().orNull)])
        guard case .object(let members) = try JSONSchema.of(Order.self).json, let properties = members["properties"]
        else {
            Issue.record("no object")
            return
        }
        #expect(properties["id"] == ["type": "string", "format": "uuid"])
        #expect(properties["items"] == JSONSchema.array(of: item).json)
        #expect(properties["tags"] == ["type": ["array", "null"], "items": ["type": "string"]])
        #expect(
            properties["counts"] == [
                "type": "object",
                "additionalProperties": [
                    "type": "array", "items": ["type": "integer", "minimum": 0, "maximum": 255],
                ],
            ])
        #expect(properties["page"] == ["type": "string", "format": "uri"])
        #expect(properties["body"] == ["type": "string", "contentEncoding": "base64"])
        #expect(properties["at"]?["type"] == "number")
        #expect(properties["price"] == ["type": "number"])
        #expect(properties["severity"] == ["enum": ["critical", "high", "medium", "low"]])
        #expect(properties["run"]?["type"] == "string")
        #expect(properties["more"] == [:])
        #expect(properties["wait"]?["prefixItems"] == [["type": "integer"], ["type": "integer", "minimum": 0]])
        #expect(properties["never"] == ["type": ["integer", "null"]])
        #expect(
            members["required"] == [
                "id", "items", "counts", "page", "body", "at", "price", "severity", "run", "more", "wait",
            ])
    }

    /// What a value is written as has to fit what its type reads.
    @Test func whatIsWrittenFits() throws {
        let order = Order(
            id: UUID(), items: [Item(name: "tea", note: nil)], tags: ["a"], counts: ["x": [1, 255]],
            page: try #require(URL(string: "https://example.org/a?b=c")), body: Data([0, 255]), at: Date(), price: 1.25,
            severity: .low, run: RunID(trusted: "run_01k9"), more: ["a": [1, .null, .double(2.5)]], wait: .seconds(3),
            never: nil)
        let value = try CanonicalJSON.decode(JSONValue.self, from: CanonicalJSON.encode(order))
        #expect(try JSONSchema.of(Order.self).validate(value) == [])
    }

    // MARK: Types that refer to themselves

    final class Node: Codable {
        var name: String
        var next: Node?
        var children: [Node]
        var byName: [String: Node]
    }

    @Test func recursionGoesToTheDefinitions() throws {
        let node: JSONValue = ["$ref": "#/$defs/Node"]
        #expect(
            try JSONSchema.of(Node.self).json == [
                "$ref": "#/$defs/Node",
                "$defs": [
                    "Node": [
                        "type": "object",
                        "properties": [
                            "name": ["type": "string"], "next": ["anyOf": [node, ["type": "null"]]],
                            "children": ["type": "array", "items": node],
                            "byName": ["type": "object", "additionalProperties": node],
                        ],
                        "required": ["name", "children", "byName"],
                    ]
                ],
            ])
    }

    struct Ping: Codable {
        var pong: Pong?
    }

    struct Pong: Codable {
        var pings: [Ping]
    }

    struct Match: Codable {
        var first: Ping
        var second: Pong
    }

    @Test func typesMayReferToEachOther() throws {
        let schema = try JSONSchema.of(Match.self)
        #expect(schema.definitions.keys.sorted() == ["Ping"])
        #expect(schema.validate(["first": ["pong": ["pings": [[:]]]], "second": ["pings": [["pong": .null]]]]) == [])
        #expect(
            schema.validate(["first": ["pong": ["pings": [["pong": 1]]]], "second": ["pings": []]]).map(\.path)
                == ["/first/pong/pings/0/pong"])
    }

    struct Endless<Inner: Decodable>: Decodable {
        init(from decoder: any Decoder) throws {
            _ = try decoder.singleValueContainer().decode(Endless<[Inner]>.self)
        }
    }

    struct Itself: Decodable {
        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            _ = try container.decode(Itself.self, forKey: .again)
        }

        enum CodingKeys: String, CodingKey { case again }
    }

    @Test func recursionWithoutEndIsRefused() {
        let endless = #expect(throws: JSONSchemaError.self) { try JSONSchema.of(Endless<Int>.self) }
        #expect(endless?.problem.contains("deeper than 64 types") == true)
        let itself = #expect(throws: JSONSchemaError.self) { try JSONSchema.of([Itself].self) }
        #expect(
            itself?.message
                == "the JSON schema of Itself at '/*/again' cannot be found out: it needs a value of itself to be "
                + "read; say its schema by JSONSchemaProviding")
    }

    // MARK: Enums

    enum Plain: String, Codable, CaseIterable { case red, green }
    enum Numbered: Int, Decodable, CaseIterable { case one = 1, two }
    enum Bare: Codable, CaseIterable { case on, off }
    enum Closed: String, Codable { case red }
    enum Loaded: Codable { case text(String), number(Int) }

    @Test func casesAreListed() throws {
        #expect(try JSONSchema.of(Plain.self) == .values(["red", "green"]))
        #expect(try JSONSchema.of(Numbered.self) == .values([1, 2]))
        #expect(try JSONSchema.of(Bare.self) == .values([["on": [:]], ["off": [:]]]))
    }

    struct Holder<Content: Decodable>: Decodable {
        var contents: [Content]
    }

    @Test func otherEnumsHaveToSay() {
        let closed = #expect(throws: JSONSchemaError.self) { try JSONSchema.of(Holder<Closed>.self) }
        #expect(closed?.type == "Closed")
        #expect(closed?.path == "/contents/*")
        #expect(closed?.problem.contains("may conform to CaseIterable, any type may say its schema") == true)
        #expect(throws: JSONSchemaError.self) { try JSONSchema.of(Loaded.self) }
    }

    enum ByColour: String, Codable, CaseIterable, CodingKeyRepresentable { case red, green }

    @Test func keysOfDictionaries() throws {
        let schema = try JSONSchema.of([ByColour: Int].self)
        #expect(schema.json["propertyNames"] == ["enum": ["red", "green"]])
        #expect(schema.validate(["red": 1, "blue": 2]).map(\.rule) == ["propertyNames"])
        #expect(throws: JSONSchemaError.self) { try JSONSchema.of([Bare: Int].self) }
    }
}
