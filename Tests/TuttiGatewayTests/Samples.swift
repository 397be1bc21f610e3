import FoundationEssentials
import TuttiCore
import TuttiModels

@testable import TuttiGateway

/// A dialect with both of its sides: how clients speak it to us, and how we speak it to providers.
struct TwoSides: Sendable, CustomStringConvertible {
    let inbound: any InboundDialect
    let outbound: any ModelDialect

    var description: String { inbound.name }

    static let all = [
        TwoSides(inbound: ChatInbound(), outbound: ChatDialect(.openAI)),
        TwoSides(inbound: MessagesInbound(), outbound: AnthropicDialect()),
        TwoSides(inbound: ResponsesInbound(), outbound: ResponsesDialect(.openAI)),
    ]

    /// The least that the dialect takes, streamed or not.
    func call(stream: Bool = false) throws -> InboundCall {
        var request = ModelRequest(model: "m-1", messages: [.user("hi")])
        request.outputTokensMax = 100
        return try read(try outbound.encode(request, isStreaming: stream).body)
    }

    func read(_ body: Data) throws -> InboundCall { try inbound.read(try WireJSON.read(body)) }
}

enum Samples {
    static let stamp = AnswerStamp(id: "01abc", model: "smart", created: 1_790_000_000)
    static let usage = ModelUsage(uncachedInput: 7, cacheRead: 3, cacheWrite: 2, output: 11, reasoning: 4)
    static let seal = ProviderSeal(dialect: "gemini", value: ["thoughtSignature": "c2lnbmVk"])
    static let calls = [
        ModelToolCall(id: "c1", name: "weather", arguments: #"{"city":"Köln \"am\" Rhein"}"#),
        ModelToolCall(id: "c2", name: "clock", arguments: #"{}"#),
    ]

    /// Answers of all sorts.
    static let answers: [ModelResponse] = [
        ModelResponse(content: [.text("Hello, \"Wörld\"\n\u{1}🙂")], usage: usage, finish: .stop),
        ModelResponse(content: [.text("Half a")], usage: usage, finish: .length),
        ModelResponse(content: [.text("No.")], usage: usage, finish: .filtered),
        ModelResponse(
            content: [.text("Both.")] + calls.map(ModelContent.toolCall), usage: usage, finish: .toolCalls),
        ModelResponse(content: calls.map(ModelContent.toolCall), usage: usage, finish: .toolCalls),
        ModelResponse(
            content: [.reasoning(ModelReasoning(text: "I think.", seal: seal)), .text("So.")], usage: usage,
            finish: .stop),
    ]

    /// The same as events, each text in two pieces, and the pieces of tool calls by turns.
    static func events(of answer: ModelResponse) -> [ModelEvent] {
        var events: [ModelEvent] = []
        for part in answer.content {
            switch part {
            case .text(let text): events += halves(text).map { .text($0) }
            case .reasoning(let thought):
                events += halves(thought.text).map { .reasoning($0) }
                if let seal = thought.seal { events.append(.reasoningSeal(seal)) }
            default: break
            }
        }
        let calls = Array(answer.toolCalls.enumerated())
        for (index, call) in calls {
            let start = ToolCallDelta.Start(id: call.id, name: call.name, seal: call.seal)
            events.append(.toolCall(ToolCallDelta(index: index, start: start)))
        }
        for half in 0..<2 {
            for (index, call) in calls {
                events.append(.toolCall(ToolCallDelta(index: index, arguments: halves(call.arguments)[half])))
            }
        }
        if let usage = answer.usage { events.append(.usage(usage)) }
        return events + [.finished(answer.finish, native: nil, stopText: answer.stopText)]
    }

    private static func halves(_ text: String) -> [String] {
        let middle = text.index(text.startIndex, offsetBy: text.count / 2)
        return [String(text[..<middle]), String(text[middle...])]
    }
}

/// A stream as a client sees it.
enum Wire {
    /// The events of a text whose lines end in line feeds.
    static func events(_ bytes: [UInt8]) -> [StreamEvent] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n\n").compactMap { block in
            var event = StreamEvent(data: "")
            for line in block.split(separator: "\n") {
                if line.hasPrefix("event: ") { event.name = String(line.dropFirst(7)) }
                if line.hasPrefix("data: ") { event.data += line.dropFirst(6) }
            }
            return event.data.isEmpty ? nil : event
        }
    }

    /// What one of our own readers of the dialect makes of a stream.
    static func play(_ bytes: [UInt8], _ dialect: any ModelDialect) throws(ModelError) -> ModelResponse? {
        var stream = dialect.stream(for: ModelRequest(model: "m-1", messages: []))
        var assembler = ResponseAssembler()
        var response: ModelResponse?
        for event in events(bytes) {
            for event in try stream.take(event) { response = assembler.take(event) ?? response }
        }
        _ = try stream.end()
        return response
    }
}

extension ModelResponse {
    /// Without what each dialect has its own words for.
    var plain: ModelResponse {
        var copy = self
        copy.nativeFinish = nil
        copy.content = content.map { part in
            switch part {
            case .reasoning(let thought): .reasoning(ModelReasoning(text: thought.text))
            case .toolCall(let call): .toolCall(ModelToolCall(id: call.id, name: call.name, arguments: call.arguments))
            default: part
            }
        }
        return copy
    }
}
