import FoundationEssentials
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiGateway

@Suite("Requests that are handed on")
struct RawObjectTests {
    private static let body = #"{ "model" : "smart" ,"n":1.50,"a":[{"model":"x"},"]}\"{"],"stream":true , "z":{} }"#

    @Test func membersAreFoundAndTheRestStays() throws {
        let object = try RawObject(Array(Self.body.utf8))
        func text(_ name: StaticString) -> String? { object[name].map { String(decoding: $0, as: UTF8.self) } }
        #expect(text("model") == #""smart""# && text("n") == "1.50" && text("stream") == "true")
        #expect(text("a") == #"[{"model":"x"},"]}\"{"]"# && text("z") == "{}" && text("missing") == nil)
        let changed = object.bytes(changing: [
            ("stream", Array("false".utf8)), ("new", Array("[]".utf8)), ("model", Array("\"m\"".utf8)),
        ])
        #expect(
            String(decoding: changed, as: UTF8.self)
                == #"{ "model" : "m" ,"n":1.50,"a":[{"model":"x"},"]}\"{"],"stream":false , "z":{} ,"new":[]}"#)
        #expect(object.bytes(changing: []) == Array(Self.body.utf8))
        let empty = try RawObject(Array("{}".utf8)).bytes(changing: [("a", [0x31]), ("b", [0x32])])
        #expect(String(decoding: empty, as: UTF8.self) == #"{"a":1,"b":2}"#)
    }

    /// Of two members of one name the gateway would check the one, and the provider obey the other.
    @Test(arguments: [
        "", "[]", "7", "{", "{\"a\"}", "{\"a\":}", "{\"a\":1", "{\"a\":1}}", "{\"a\":1} x", "{\"a\":1,}", "{,}",
        #"{"model":"a","model":"b"}"#, #"{"mod\u0065l":"a"}"#, "{\"a\":\"x}", "{\"a\":[1}", #"{"a":"\"#,
    ])
    func whatIsNoObjectIsRefused(body: String) {
        let error = #expect(throws: GatewayError.self) { try RawObject(Array(body.utf8)) }
        #expect(error?.kind == .invalidRequest)
    }

    @Test func nestingHasABound() {
        let deep = "{\"a\":" + String(repeating: "[", count: 1_000_000) + String(repeating: "]", count: 1_000_000) + "}"
        #expect(throws: GatewayError.self) { try RawObject(Array(deep.utf8)) }
    }

    @Test func aRequestIsHandedOnWithItsOwnBytes() throws {
        let request = try RelayableRequest(Array(Self.body.utf8))
        #expect(request.model == "smart" && request.isStreaming)
        let chat = try request.relayed(as: "gpt", in: .chat, headers: [])
        #expect(!chat.tellsUsage && chat.model == "gpt")
        #expect(
            String(decoding: chat.body, as: UTF8.self)
                == #"{ "model" : "gpt" ,"n":1.50,"a":[{"model":"x"},"]}\"{"],"stream":true , "z":{} "#
                + #","stream_options":{"include_usage":true}}"#)
        let asked = #"{"model":"m","stream":true,"stream_options":{"include_usage":true}}"#
        let own = try RelayableRequest(Array(asked.utf8)).relayed(as: "m", in: .chat, headers: [])
        #expect(own.tellsUsage && own.body == Array(asked.utf8))
        let message = try request.relayed(as: "m", in: .messages, headers: [("anthropic-beta", "x")])
        #expect(!String(decoding: message.body, as: UTF8.self).contains("stream_options"))
        let response = try RelayableRequest(Array(#"{"model":"m","store":true,"input":"x"}"#.utf8))
            .relayed(as: "m", in: .responses, headers: [])
        #expect(
            String(decoding: response.body, as: UTF8.self)
                == #"{"model":"m","store":false,"input":"x","include":["reasoning.encrypted_content"]}"#)
    }

    @Test(arguments: [
        ("previous_response_id", #""r""#), ("conversation", #"{"id":"c"}"#), ("background", "true"),
    ])
    func memoryIsRefusedEvenWhereTheProviderHasIt(field: String, value: String) throws {
        let request = try RelayableRequest(Array(#"{"model":"m","input":"x","\#(field)":\#(value)}"#.utf8))
        let error = #expect(throws: GatewayError.self) { try request.relayed(as: "m", in: .responses, headers: []) }
        #expect(error?.field == field)
    }

    @Test(arguments: [
        (#"{"stream":true}"#, "model"), (#"{"model":""}"#, "model"), (#"{"model":7}"#, "model"),
        (#"{"model":"m","stream":"yes"}"#, "stream"),
    ])
    func whatHasToBeKnownIsChecked(body: String, field: String) {
        let error = #expect(throws: GatewayError.self) { try RelayableRequest(Array(body.utf8)) }
        #expect(error?.field == field)
    }
}
