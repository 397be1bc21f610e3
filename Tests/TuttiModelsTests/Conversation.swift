import FoundationEssentials
import TuttiCore
import TuttiModels

/// What the tests ask and play.
enum Conversation {
    static let key = SecretText("sk-planted-0123456789abcdef")
    static let plantedQuestion = "the planted question about Zanzibar"

    static let plain = ModelRequest(model: "m-1", system: "Be brief.", messages: [.user("hi")])

    static let tool = ModelTool(
        name: "weather", description: "Tells the weather.",
        parameters: ["type": "object", "properties": ["city": ["type": "string"]]])

    /// Everything that a request can hold.
    static let full = ModelRequest(
        model: "m-1", system: "Be brief.",
        messages: [
            ModelMessage(
                role: .user,
                content: [.text("look"), .image(ModelImage(.bytes(Data([1, 2, 3]), mediaType: "image/png")))]),
            ModelMessage(
                role: .assistant,
                content: [
                    .text("I ask."),
                    .toolCall(ModelToolCall(id: "c1", name: "weather", arguments: #"{"z": 1.50, "city":"Köln"}"#)),
                    .toolCall(ModelToolCall(id: "c2", name: "weather", arguments: "")),
                ]),
            ModelMessage(
                role: .user,
                content: [
                    .text("and?"), .toolResult(ModelToolResult(callID: "c1", text: "rain")),
                    .toolResult(ModelToolResult(callID: "c2", text: "no city", isError: true)),
                ]),
        ],
        tools: [tool], toolChoice: .tool("weather"),
        output: ModelOutputForm(name: "report", schema: .object([.required("text", .string())])), outputTokensMax: 100,
        stop: ["END"], effort: .low, user: "u-7", metadata: ["team": "red"], idempotencyToken: "t-1")

    static func body(_ request: WireRequest) -> String { String(decoding: request.body, as: UTF8.self) }

    static func value(_ text: String) throws -> JSONValue {
        try CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8))
    }
}

/// What came out of a stream.
struct Played {
    var events: [ModelEvent] = []
    var response: ModelResponse?
    var error: ModelError?

    /// Plays pieces; the connection is closed in good order after them.
    init(
        _ dialect: some ModelDialect, _ pieces: [StreamEvent], request: ModelRequest = Conversation.plain,
        limits: ModelLimits = ModelLimits()
    ) {
        var stream = dialect.stream(for: request, limits: limits)
        var assembler = ResponseAssembler()
        do throws(ModelError) {
            for piece in pieces { take(try stream.take(piece), &assembler) }
            take(try stream.end(), &assembler)
        } catch {
            self.error = error
        }
    }

    private mutating func take(_ more: [ModelEvent], _ assembler: inout ResponseAssembler) {
        for event in more {
            events.append(event)
            response = assembler.take(event) ?? response
        }
    }
}

extension ModelDialect {
    /// The error of a status.
    func error(_ status: Int, _ body: String = "", headers: [(name: String, value: String)] = []) -> ModelError {
        let now = Timestamp(milliseconds: 1_790_000_000_000)
        return error(status: status, headers: WireHeaders(headers), body: Data(body.utf8), now: now)
    }
}
