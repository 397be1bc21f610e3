import FoundationEssentials
import Testing

@testable import TuttiCore

@Suite("JSON for the wire")
struct CompactJSONTests {
    private struct Usage: Codable {
        var inputTokens: Int
        var tokensPerSecond: Double?
        var isCached: Bool
    }

    private enum Colour: String, Codable { case red }

    private struct Answer: Codable {
        var id: String
        var note: String?
        var usage: [Usage]
        var byName: [String: Int]
        var data: JSONValue
        var members: [String: JSONValue]
        var colour: Colour
        var colours: [Colour?]
        var large: Int64?
        var small: UInt8
        var ratio: Double
        var size: Float
        var flag: Bool?
    }

    private func text(_ value: some Encodable) throws -> String {
        String(decoding: try CompactJSON.encode(value), as: UTF8.self)
    }

    @Test func writesMembersInTheirOrderWithNamesOfTheWire() throws {
        let answer = Answer(
            id: "a\"\\\n\u{1}ö", note: nil,
            usage: [
                Usage(inputTokens: 3, tokensPerSecond: 2.5, isCached: true), Usage(inputTokens: -1, isCached: false),
            ],
            byName: ["oneName": 1], data: ["camelCase": [1, .null, .double(0.5)]], members: ["b": 2, "a": "x"],
            colour: .red,
            colours: [.red, nil], large: .max, small: 255, ratio: 3, size: 0.5, flag: nil)
        #expect(
            try text(answer)
                == #"{"id":"a\"\\\n\u0001ö","note":null,"usage":[{"input_tokens":3,"tokens_per_second":2.5,"#
                + #""is_cached":true},{"input_tokens":-1,"tokens_per_second":null,"is_cached":false}],"#
                + #""by_name":{"one_name":1},"data":{"camelCase":[1,null,0.5]},"members":{"a":"x","b":2},"#
                + #""colour":"red","colours":["red",null],"large":9223372036854775807,"small":255,"ratio":3,"#
                + #""size":0.5,"flag":null}"#)
    }

    @Test func writesWholeValues() throws {
        #expect(try text("tea") == "\"tea\"")
        #expect(try text([1, 2]) == "[1,2]")
        #expect(try text([String]()) == "[]")
        #expect(try text(Double.infinity) == "null")
        #expect(try text(true) == "true")
        #expect(try text(JSONValue.object([:])) == "{}")
    }

    @Test(arguments: [("tokenUsage", "token_usage"), ("id", "id"), ("Upper", "upper"), ("aB", "a_b"), ("", "")])
    func namesAreInSnakeCase(name: String, wire: String) { #expect(CompactJSON.name(name) == wire) }
}
