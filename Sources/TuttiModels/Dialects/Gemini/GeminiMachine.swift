import FoundationEssentials
import TuttiCore

/// Reads a streamed answer: whole objects with new parts only. There is no end marker; the last has a reason to finish.
struct GeminiMachine: StreamMachine {
    private let dialect: GeminiDialect
    private let request: ModelRequest
    private(set) var usage: ModelUsage?
    private var calls = 0
    private var native: String?
    private var isBlocked = false

    init(_ dialect: GeminiDialect, _ request: ModelRequest) {
        self.dialect = dialect
        self.request = request
    }

    mutating func take(_ event: StreamEvent) throws(ModelError) -> [ModelEvent] {
        if event.data.isEmpty { return [] }
        guard let body = try? WireJSON.read(Data(event.data.utf8)), case .object = body else {
            throw .malformed(dialect.name, "a piece is no JSON object")
        }
        return try take(body)
    }

    mutating func take(_ body: JSONValue) throws(ModelError) -> [ModelEvent] {
        if let counted = body.member("usageMetadata") { usage = GeminiDialect.usage(counted) }
        if body["error"]?.isTruthy ?? false { throw dialect.error(inside: body) }
        if let reason = body["promptFeedback"]?.member("blockReason")?.stringValue {
            isBlocked = true
            native = reason
        }
        var events: [ModelEvent] = []
        for candidate in body["candidates"]?.items ?? [] where candidate.tokens("index") == 0 {
            for part in candidate["content"]?["parts"]?.items ?? [] { events += try take(part: part) }
            if let reason = candidate.member("finishReason")?.stringValue { native = reason }
        }
        return events
    }

    private mutating func take(part: JSONValue) throws(ModelError) -> [ModelEvent] {
        let signature = part.member("thoughtSignature")
        if let call = part.member("functionCall") {
            guard let name = call["name"]?.stringValue, !name.isEmpty else {
                throw .malformed(dialect.name, "a tool call has no name")
            }
            let id = call["id"]?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
            let start = ToolCallDelta.Start(
                id: id ?? MadeUpID.make(calls, for: request), name: name, seal: seal("call", signature))
            defer { calls += 1 }
            let arguments = ChatDialect.arguments(call["args"])
            return [.toolCall(ToolCallDelta(index: calls, start: start, arguments: arguments))]
        }
        guard let text = part["text"]?.stringValue else { return [] }  // code that the provider runs itself, files
        let isThought = part["thought"] == .bool(true)
        let seal = seal(isThought ? "thought" : "text", signature).map { [ModelEvent.reasoningSeal($0)] } ?? []
        return (text.isEmpty ? [] : [isThought ? .reasoning(text) : .text(text)]) + seal
    }

    private func seal(_ place: String, _ signature: JSONValue?) -> ProviderSeal? {
        guard let signature else { return nil }
        return ProviderSeal(dialect: dialect.name, value: ["on": .string(place), "thoughtSignature": signature])
    }

    func end() throws(ModelError) -> [ModelEvent] {
        guard let native else {
            throw .cutOff(dialect.name, "the connection was closed before a reason to finish")
        }
        let reason = isBlocked ? .filtered : GeminiDialect.finish(native, hasCalls: calls > 0)
        return (usage.map { [.usage($0)] } ?? []) + [.finished(reason, native: native)]
    }
}
