import FoundationEssentials
import TuttiCore

/// Reads a streamed message: named events with blocks that begin, grow and end, up to `message_stop`.
struct AnthropicMachine: StreamMachine {
    /// Blocks of one answer.
    static let blocksMax = 10_000
    /// Bytes of the signature of one block.
    static let signatureBytesMax = 1 << 20

    private enum Block: Sendable {
        case text
        case thinking(signature: String)
        case tool
        case other
    }

    private let dialect: AnthropicDialect
    private let request: ModelRequest
    private var told: AnthropicUsage?
    private var blocks: [Int64: Block] = [:]
    private var calls = ToolCallPieces()
    private var seen: Set<Int64> = []
    private var hasStarted = false
    private var native: String?
    private var stopText: String?

    init(_ dialect: AnthropicDialect, _ request: ModelRequest) {
        self.dialect = dialect
        self.request = request
    }

    var usage: ModelUsage? { told?.usage }

    mutating func take(_ event: StreamEvent) throws(ModelError) -> [ModelEvent] {
        if event.name == "ping" || event.data.isEmpty { return [] }
        guard let data = try? WireJSON.read(Data(event.data.utf8)), case .object = data else {
            throw .malformed(dialect.name, "a piece is no JSON object")
        }
        // A server or a proxy that loses names leaves the type inside.
        let type = event.isUnnamed ? data["type"]?.stringValue : event.name
        switch type {
        case "error": throw dialect.error(inside: data)
        case "message_start":
            guard !hasStarted else { throw .malformed(dialect.name, "'message_start' came twice") }
            hasStarted = true
            if let usage = data["message"]?.member("usage") { told = AnthropicUsage().adding(usage) }
        case "content_block_start": return try start(data)
        case "content_block_delta": return try grow(data)
        case "content_block_stop": return stop(data)
        case "message_delta":
            if let reason = data["delta"]?.member("stop_reason")?.stringValue { native = reason }
            if let text = data["delta"]?.member("stop_sequence")?.stringValue { stopText = text }
            if let usage = data.member("usage") { told = (told ?? AnthropicUsage()).adding(usage) }
        case "message_stop": return try finish()
        default: break  // events of times to come
        }
        return []
    }

    private mutating func start(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
        guard let index = data["index"]?.intValue, let block = data.member("content_block") else {
            throw .malformed(dialect.name, "a block begins without 'index' or 'content_block'")
        }
        guard seen.count < Self.blocksMax else { throw .tooLarge(dialect.name, "blocks", Self.blocksMax) }
        guard seen.insert(index).inserted else { throw .malformed(dialect.name, "a block begins twice") }
        switch block["type"]?.stringValue {
        case "text":
            blocks[index] = .text
            return Self.events(block["text"]?.stringValue, ModelEvent.text)
        case "thinking":
            blocks[index] = .thinking(signature: block["signature"]?.stringValue ?? "")
            return Self.events(block["thinking"]?.stringValue, ModelEvent.reasoning)
        case "redacted_thinking":
            blocks[index] = .other
            return dialect.seal("data", block["data"]).map { [.reasoningSeal($0)] } ?? []
        case "tool_use":
            guard let id = block["id"]?.stringValue, let name = block["name"]?.stringValue, !name.isEmpty else {
                throw .malformed(dialect.name, "a tool call has no id or no name")
            }
            blocks[index] = .tool
            // 'input' is an empty object that the pieces fill; a server that does not cut it up sends it whole.
            let whole = block["input"].flatMap { $0.isTruthy ? ChatDialect.arguments($0) : nil } ?? ""
            return calls.take(Int(index), id: id, name: name, arguments: whole) { [request] in
                MadeUpID.make($0, for: request)
            }
        default:
            blocks[index] = .other
            return []
        }
    }

    private mutating func grow(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
        guard let index = data["index"]?.intValue, let block = blocks[index], let delta = data.member("delta") else {
            throw .malformed(dialect.name, "a block grows that has not begun")
        }
        switch (delta["type"]?.stringValue, block) {
        case ("text_delta", .text): return Self.events(delta["text"]?.stringValue, ModelEvent.text)
        case ("thinking_delta", .thinking): return Self.events(delta["thinking"]?.stringValue, ModelEvent.reasoning)
        case ("signature_delta", .thinking(let signature)):
            let signature = signature + (delta["signature"]?.stringValue ?? "")
            guard signature.utf8.count <= Self.signatureBytesMax else {
                throw .tooLarge(dialect.name, "bytes in a signature", Self.signatureBytesMax)
            }
            blocks[index] = .thinking(signature: signature)
            return []
        case ("input_json_delta", .tool):
            return calls.take(more: delta["partial_json"]?.stringValue ?? "", of: Int(index)) ?? []
        case ("text_delta", _), ("thinking_delta", _), ("signature_delta", _), ("input_json_delta", _):
            if case .other = block { return [] }
            throw .malformed(dialect.name, "a block grows by something of another sort")
        default: return []  // citations, and pieces of times to come
        }
    }

    private mutating func stop(_ data: JSONValue) -> [ModelEvent] {
        guard let index = data["index"]?.intValue, let block = blocks.removeValue(forKey: index) else { return [] }
        guard case .thinking(let signature) = block else { return [] }
        return dialect.seal("signature", .string(signature)).map { [.reasoningSeal($0)] } ?? []
    }

    private func finish() throws(ModelError) -> [ModelEvent] {
        guard let native else { throw .cutOff(dialect.name, "its end came without a reason to stop") }
        guard blocks.isEmpty else { throw .cutOff(dialect.name, "its end came while a block was open") }
        return (usage.map { [.usage($0)] } ?? [])
            + [.finished(AnthropicDialect.finish(native), native: native, stopText: stopText)]
    }

    func end() throws(ModelError) -> [ModelEvent] {
        throw .cutOff(dialect.name, "the connection was closed before 'message_stop'")
    }

    private static func events(_ text: String?, _ make: (String) -> ModelEvent) -> [ModelEvent] {
        text.flatMap { $0.isEmpty ? nil : [make($0)] } ?? []
    }
}
