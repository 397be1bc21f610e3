import Testing
import TuttiCore

/// Types that read themselves by hand.
@Suite("JSON schema of a type with its own init(from:)")
struct SchemaProbeTests {
    struct Name: Decodable {
        init(from decoder: any Decoder) throws { _ = try decoder.singleValueContainer().decode(String.self) }
    }

    struct Code: RawRepresentable, Codable {
        var rawValue: Int32
    }

    @Test func singleValues() throws {
        #expect(try JSONSchema.of(Name.self) == .string())
        #expect(try JSONSchema.of(Code.self) == .integer(minimum: -2_147_483_648, maximum: 2_147_483_647))
        #expect(try JSONSchema.of(Int?.self) == .integer().orNull)
    }

    struct TextOrList: Decodable {
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if (try? container.decode(String.self)) != nil { return }
            _ = try container.decode([Int].self)
        }
    }

    @Test func severalForms() throws {
        let schema = try JSONSchema.of(TextOrList.self)
        #expect(schema == .anyOf([.string(), .array(of: .integer())]))
        #expect(schema.validate([1, "a"]).map(\.path) == ["/1"])
        #expect(schema.validate(true).map(\.message) == ["the value is true or false; it takes a text or a list"])
    }

    struct Careful: Decodable {
        enum CodingKeys: CodingKey { case looked, nothing, nested, list, pair }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            if container.contains(.looked) { _ = try container.decode(Int.self, forKey: .looked) }
            if try !container.decodeNil(forKey: .nothing) { _ = try container.decode(Int.self, forKey: .nothing) }
            let nested = try container.nestedContainer(keyedBy: CodingKeys.self, forKey: .nested)
            _ = try nested.decode(String.self, forKey: .looked)
            var list = try container.nestedUnkeyedContainer(forKey: .list)
            while !list.isAtEnd { _ = try list.decode(Bool.self) }
            var pair = try container.nestedUnkeyedContainer(forKey: .pair)
            _ = try pair.decode(Int.self)
            _ = try pair.decode(String.self)
        }
    }

    @Test func everyContainer() throws {
        #expect(
            try JSONSchema.of(Careful.self)
                == .object([
                    .optional("looked", .integer()), .required("nothing", .integer().orNull),
                    .required("nested", .object([.required("looked", .string())])),
                    .required("list", .array(of: .boolean)), .required("pair", .tuple([.integer(), .string()])),
                ]))
    }

    struct AnyNames: Decodable {
        struct Key: CodingKey {
            var stringValue: String
            var intValue: Int? { nil }
            init(stringValue: String) { self.stringValue = stringValue }
            init?(intValue: Int) { nil }
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Key.self)
            for key in container.allKeys { _ = try container.decode(Int.self, forKey: key) }
        }
    }

    @Test func namesThatNobodyKnows() throws {
        #expect(try JSONSchema.of(AnyNames.self) == .dictionary(of: .integer()))
    }

    class Animal: Decodable {
        var legs: Int
    }

    final class Dog: Animal {
        var name: String

        enum CodingKeys: CodingKey { case name }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            name = try container.decode(String.self, forKey: .name)
            try super.init(from: decoder)
        }
    }

    final class Cat: Animal {
        enum CodingKeys: CodingKey { case lives }

        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: CodingKeys.self)
            _ = try container.decode(Int.self, forKey: .lives)
            try super.init(from: container.superDecoder())
        }
    }

    @Test func superclasses() throws {
        let animal = JSONSchema.object([.required("legs", .integer())])
        #expect(try JSONSchema.of(Dog.self) == .object([.required("name", .string()), .required("legs", .integer())]))
        #expect(try JSONSchema.of(Cat.self) == .object([.required("lives", .integer()), .required("super", animal)]))
    }

    struct Wider: Decodable {
        var extra: Int

        enum CodingKeys: CodingKey { case extra }

        init(from decoder: any Decoder) throws {
            _ = try decoder.singleValueContainer().decode(Animal.self)
            extra = try decoder.container(keyedBy: CodingKeys.self).decode(Int.self, forKey: .extra)
        }
    }

    struct Nothing: Codable {}

    @Test func partsOfOneObject() throws {
        #expect(
            try JSONSchema.of(Wider.self) == .object([.required("legs", .integer()), .required("extra", .integer())]))
        #expect(try JSONSchema.of(Nothing.self) == .object([]))
    }

    // MARK: Types that refuse placeholders

    struct NotEmpty: Decodable {
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard try !container.decode(String.self).isEmpty else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "the name is empty")
            }
        }
    }

    struct Swallows: Decodable {
        enum CodingKeys: CodingKey { case name }

        init(from decoder: any Decoder) throws {
            _ = try? decoder.container(keyedBy: CodingKeys.self).decode(NotEmpty.self, forKey: .name)
        }
    }

    @Test func saysWhichTypeRefuses() {
        for error in [
            #expect(throws: JSONSchemaError.self, performing: { try JSONSchema.of(NotEmpty.self) }),
            #expect(throws: JSONSchemaError.self, performing: { try JSONSchema.of(Swallows.self) }),
        ] {
            #expect(error?.type == "NotEmpty")
            #expect(error?.problem.contains("the name is empty") == true)
        }
    }

    struct Port: JSONSchemaProviding {
        static var jsonSchema: JSONSchema { .integer(minimum: 1, maximum: 65_535) }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            guard try container.decode(Int.self) > 0 else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "no port")
            }
        }
    }

    struct Server: Decodable {
        var host: String
        var port: Port
        var spare: Port?
    }

    struct Mistaken: JSONSchemaProviding {
        static var jsonSchema: JSONSchema { .string() }

        init(from decoder: any Decoder) throws { _ = try decoder.singleValueContainer().decode(Int.self) }
    }

    indirect enum Sum: JSONSchemaProviding {
        case number(Int)
        case sum([Sum])

        static var jsonSchema: JSONSchema {
            var schema = JSONSchema.reference("Sum")
            schema.definitions = ["Sum": .anyOf([.integer(), .array(of: .reference("Sum"))])]
            return schema
        }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            self =
                if let number = try? container.decode(Int.self) { .number(number) } else {
                    .sum(try container.decode([Sum].self))
                }
        }
    }

    struct Sheet: Decodable {
        var total: Sum
    }

    @Test func typesSayTheirSchema() throws {
        #expect(
            try JSONSchema.of(Server.self)
                == .object([
                    .required("host", .string()), .required("port", Port.jsonSchema),
                    .optional("spare", Port.jsonSchema.orNull),
                ]))
        let sheet = try JSONSchema.of(Sheet.self)
        #expect(sheet.validate(["total": [1, [2, 3]]]) == [])
        #expect(sheet.validate(["total": [1, [2, "3"]]]).map(\.path) == ["/total/1/1"])
    }

    @Test func aSchemaHasToFitItsType() {
        let error = #expect(throws: JSONSchemaError.self) { try JSONSchema.of([Mistaken].self) }
        #expect(error?.type == "Mistaken")
        #expect(error?.problem.contains("does not read the example of its own schema") == true)
    }
}
