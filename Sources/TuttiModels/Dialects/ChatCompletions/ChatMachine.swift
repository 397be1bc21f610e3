import FoundationEssentials
import TuttiCore

/// Reads a streamed chat completion: chunks without names, then `[DONE]`.
struct ChatMachine: StreamMachine {
    /// Bytes of chunks with parts that the provider wants back.
    static let sealBytesMax = 10 << 20

    private let dialect: ChatDialect
    private let request: ModelRequest
    private(set) var usage: ModelUsage?
    private var calls = ToolCallPieces()
    private var native: String?
    private var stopText: String?
    private var isRefused = false
    private var details: [JSONValue] = []
    private var detailBytes = 0

    init(_ dialect: ChatDialect, _ request: ModelRequest) {
        self.dialect = dialect
        self.request = request
    }

    mutating func take(_ event: StreamEvent) throws(ModelError) -> [ModelEvent] {
        let data = event.data
        if data.utf8.count <= 16, data.filter({ !$0.isWhitespace }) == "[DONE]" { return try finish() }
        if data.isEmpty { return [] }
        guard let chunk = try? WireJSON.read(Data(data.utf8)), case .object = chunk else {
            throw .malformed(dialect.name, "a piece is no JSON object")
        }
        // Also of a chunk that tells of a failure: the tokens are paid.
        if let counted = chunk.member("usage") { usage = ChatDialect.usage(counted) }
        if let error = dialect.failureInside(chunk) { throw error }
        var events: [ModelEvent] = []
        for choice in chunk["choices"]?.items ?? [] where choice.tokens("index") == 0 {
            if let delta = choice.member("delta") { events += try take(delta, bytes: data.utf8.count) }
            if let reason = choice.member("finish_reason")?.stringValue { native = reason }
            stopText = ChatDialect.stopText(of: choice, request) ?? stopText
        }
        return events
    }

    private mutating func take(_ delta: JSONValue, bytes: Int) throws(ModelError) -> [ModelEvent] {
        var events: [ModelEvent] = []
        if let thoughts = ChatDialect.thoughts(in: delta) { events.append(.reasoning(thoughts)) }
        if dialect.flavor.sealsReasoning, let more = delta["reasoning_details"]?.items, !more.isEmpty {
            detailBytes += bytes
            guard detailBytes <= Self.sealBytesMax else {
                throw .tooLarge(dialect.name, "bytes of reasoning_details", Self.sealBytesMax)
            }
            details += more
        }
        let refusal = delta.member("refusal")?.stringValue.flatMap { $0.isEmpty ? nil : $0 }
        if refusal != nil { isRefused = true }
        let texts = [delta["content"]?.stringValue, refusal].compactMap(\.self).filter { !$0.isEmpty }
        let pieces = delta["tool_calls"]?.items ?? []
        if !texts.isEmpty || !pieces.isEmpty { events += seal() }
        events += texts.map { .text($0) }
        for (position, piece) in pieces.enumerated() {
            let function = piece["function"] ?? .null
            let number = piece["index"]?.intValue.flatMap { Int(exactly: $0) } ?? position
            events += calls.take(
                number, id: piece["id"]?.stringValue, name: function["name"]?.stringValue,
                arguments: ChatDialect.arguments(function["arguments"]),
                makeUp: { [request] in MadeUpID.make($0, for: request) })
        }
        return events
    }

    private mutating func seal() -> [ModelEvent] {
        defer { details = [] }
        return dialect.seal(details).map { [.reasoningSeal($0)] } ?? []
    }

    private mutating func finish() throws(ModelError) -> [ModelEvent] {
        guard let native else { throw .cutOff(dialect.name, "its end marker came without a reason to finish") }
        guard calls.areWhole else { throw .malformed(dialect.name, "a tool call has no name") }
        let reason = try dialect.finish(native, hasCalls: !calls.isEmpty, isRefused: isRefused)
        return seal() + (usage.map { [.usage($0)] } ?? []) + [.finished(reason, native: native, stopText: stopText)]
    }

    func end() throws(ModelError) -> [ModelEvent] {
        throw .cutOff(dialect.name, "the connection was closed before the end marker [DONE]")
    }
}
