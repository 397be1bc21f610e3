import FoundationEssentials
import Synchronization
import TestServer
import TuttiCore
import TuttiHTTPClient
import TuttiModels

@testable import TuttiProviders

/// A model's server that answers as a test says.
typealias ModelHost = ScriptedServer

extension ScriptedServer {
    /// The provider that is this server.
    func provider(
        _ dialect: any ModelDialect = ChatDialect(.openAI, key: SecretText(Samples.key)),
        timeouts: ModelTimeouts = Samples.patience, limits: ModelLimits = ModelLimits()
    ) throws -> HTTPModelProvider {
        HTTPModelProvider(
            dialect, at: try BaseURL(url), client: HTTPClient(), timeouts: timeouts, limits: limits)
    }
}

extension RawConnection {
    /// The beginning of an event stream that comes in chunks.
    func startStream() {
        send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
    }

    /// A chunk of it.
    @discardableResult
    func chunk(_ text: String) -> Bool {
        send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    /// Its good end.
    func endStream() { send("0\r\n\r\n") }

    /// A whole event stream.
    func stream(_ body: String) {
        startStream()
        chunk(body)
        endStream()
    }
}

/// What models are asked here, and what they say.
enum Samples {
    static let key = "sk-planted-0123456789"
    /// Limits for what a test is not about.
    static let patience = ModelTimeouts(
        connect: .seconds(60), firstToken: .seconds(60), idle: .seconds(60), total: .seconds(60))
    static let request = ModelRequest(model: "m", messages: [.user("What is the planted question?")])

    static func chat(_ text: String) -> String {
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\(text)\"},\"finish_reason\":null}]}\n\n"
    }
    static let chatStop = "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\n"
    static let chatUsage =
        "data: {\"choices\":[],\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}\n\n"
    static let done = "data: [DONE]\n\n"
    static let chatStream = chat("Hel") + chat("lo") + chatStop + chatUsage + done
    static let chatWhole = """
        {"choices":[{"index":0,"message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],\
        "usage":{"prompt_tokens":9,"completion_tokens":2,"total_tokens":11}}
        """
    static let hello = ModelResponse(
        content: [.text("Hello")], usage: ModelUsage(uncachedInput: 9, output: 2), finish: .stop, nativeFinish: "stop")

    static let anthropicStream = [
        #"event: message_start"# + "\n"
            + #"data: {"type":"message_start","message":{"content":[],"usage":{"input_tokens":9,"output_tokens":1}}}"#,
        "event: ping\n" + #"data: {"type":"ping"}"#,
        #"event: content_block_start"# + "\n"
            + #"data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}"#,
        #"event: content_block_delta"# + "\n"
            + #"data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hello"}}"#,
        #"event: content_block_stop"# + "\n" + #"data: {"type":"content_block_stop","index":0}"#,
        #"event: message_delta"# + "\n"
            + #"data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}"#,
        #"event: message_stop"# + "\n" + #"data: {"type":"message_stop"}"#,
    ].map { $0 + "\n\n" }.joined()

    static let responsesStream = [
        #""response.created","response":{"id":"r","status":"in_progress","output":[],"usage":null}"#,
        #""response.output_item.added","output_index":0,"item":{"type":"message","role":"assistant","content":[]}"#,
        #""response.output_text.delta","output_index":0,"content_index":0,"delta":"Hel","logprobs":[]"#,
        #""response.output_text.delta","output_index":0,"content_index":0,"delta":"lo","logprobs":[]"#,
        #""response.output_item.done","output_index":0,"item":{"type":"message","content":[{"text":"Hello"}]}"#,
        #""response.completed","response":{"status":"completed","usage":{"input_tokens":9,"output_tokens":2}}"#,
    ].map { "event: \($0.split(separator: "\"")[0])\ndata: {\"type\":\($0)}\n\n" }.joined()

    static let geminiStream = [
        #"data: {"candidates":[{"index":0,"content":{"role":"model","parts":[{"text":"Hel"}]}}]}"#,
        #"data: {"candidates":[{"index":0,"content":{"parts":[{"text":"lo"}]},"finishReason":"STOP"}],"#
            + #""usageMetadata":{"promptTokenCount":9,"candidatesTokenCount":2}}"#,
    ].map { $0 + "\r\n\r\n" }.joined()
}

/// A stream of each dialect, all of which say "Hello".
enum DialectSample: String, CaseIterable, Sendable {
    case chat, anthropic, gemini, responses

    var dialect: any ModelDialect {
        let key = SecretText(Samples.key)
        return switch self {
        case .chat: ChatDialect(.openAI, key: key)
        case .anthropic: AnthropicDialect(key: key)
        case .gemini: GeminiDialect(key: key)
        case .responses: ResponsesDialect(.openAI, key: key)
        }
    }

    var stream: String {
        switch self {
        case .chat: Samples.chatStream
        case .anthropic: Samples.anthropicStream
        case .gemini: Samples.geminiStream
        case .responses: Samples.responsesStream
        }
    }

    /// The stream up to the end of the first event that has text, and what follows.
    var halves: (String, String) {
        let text = stream.firstRange(of: "Hel")?.upperBound ?? stream.startIndex
        let rest = stream[text...]
        let cut = (rest.firstRange(of: "\n\n") ?? rest.firstRange(of: "\r\n\r\n"))?.upperBound ?? text
        return (String(stream[..<cut]), String(stream[cut...]))
    }

    /// How much of the stream an answer needs to be whole.
    var endMark: String {
        switch self {
        case .chat: "[DONE]"
        case .anthropic: "{\"type\":\"message_stop\"}"
        case .gemini: "\"candidatesTokenCount\":2}}"
        case .responses: "\"output_tokens\":2}}}"
        }
    }
}

/// Events as they were told.
final class Told: Sendable {
    private let events = Mutex<[ModelEvent]>([])

    func tell(_ event: ModelEvent) { events.withLock { $0.append(event) } }
    var all: [ModelEvent] { events.withLock { $0 } }
    var text: String {
        all.reduce(into: "") { if case .text(let piece) = $1 { $0 += piece } }
    }
}

extension ModelProvider {
    /// The answer, with nobody who listens.
    func answer(_ request: ModelRequest = Samples.request) async throws -> ModelResponse {
        try await answer(request) { _ in }
    }

    /// What a call fails with.
    func failure(_ request: ModelRequest = Samples.request, told: Told = Told()) async throws -> ModelError? {
        do {
            _ = try await answer(request) { told.tell($0) }
            return nil
        } catch let error as ModelError {
            return error
        }
    }
}
