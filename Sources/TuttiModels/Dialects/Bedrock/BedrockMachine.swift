import FoundationEssentials
import TuttiCore

/// Reads a streamed answer of Converse: blocks that grow and end, `messageStop`, then `metadata` with the usage.
struct BedrockMachine: StreamMachine {
    /// Blocks of one answer.
    static let blocksMax = 10_000
    /// Bytes of the signature of one block, or of what is shown to nobody.
    static let sealBytesMax = 1 << 20

    /// What comes of the thoughts of a block besides their text.
    private struct Thoughts: Sendable {
        var signature = ""
        var redacted = Data()
    }

    private let dialect: BedrockDialect
    private let request: ModelRequest
    private(set) var usage: ModelUsage?
    private var thoughts: [Int64: Thoughts] = [:]
    private var calls = ToolCallPieces()
    private var seen: Set<Int64> = []
    private var open: Set<Int64> = []
    private var native: String?
    private var hasMetadata = false

    init(_ dialect: BedrockDialect, _ request: ModelRequest) {
        self.dialect = dialect
        self.request = request
    }

    mutating func take(_ event: StreamEvent) throws(ModelError) -> [ModelEvent] {
        let data = event.data.isEmpty ? .object([:]) : try? WireJSON.read(Data(event.data.utf8))
        if event.isFailure { throw dialect.error(inside: dialect.failure(named: event.name, data ?? .null)) }
        guard let data, case .object = data else { throw .malformed(dialect.name, "a piece is no JSON object") }
        switch event.name {
        case "contentBlockStart": return try start(data)
        case "contentBlockDelta": return try grow(data)
        case "contentBlockStop": return stop(data)
        case "messageStop":
            native = data.member("stopReason")?.stringValue
            guard native != nil else { throw .malformed(dialect.name, "its end has no 'stopReason'") }
            return try finish()
        case "metadata":
            if let counted = data.member("usage") { usage = BedrockDialect.usage(counted) }
            hasMetadata = true
            return try finish()
        default: return []  // its start, and events of times to come
        }
    }

    private mutating func start(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
        let index = try index(of: data)
        guard !seen.contains(index) else { throw .malformed(dialect.name, "a block begins twice") }
        try note(index)
        guard let call = data["start"]?.member("toolUse") else { return [] }
        guard let id = call["toolUseId"]?.stringValue, let name = call["name"]?.stringValue, !name.isEmpty else {
            throw .malformed(dialect.name, "a tool call has no id or no name")
        }
        return calls.take(Int(index), id: id, name: name, arguments: "") { [request] in
            MadeUpID.make($0, for: request)
        }
    }

    /// Blocks of text and of thoughts begin with their first piece.
    private mutating func grow(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
        let index = try index(of: data)
        try note(index)
        guard open.contains(index) else { throw .malformed(dialect.name, "a block grows that has ended") }
        let delta = data["delta"] ?? .null
        if let call = delta.member("toolUse") {
            guard let events = calls.take(more: call["input"]?.stringValue ?? "", of: Int(index)) else {
                throw .malformed(dialect.name, "a tool call grows that has not begun")
            }
            return events
        }
        if let reasoning = delta.member("reasoningContent") { return try grow(reasoning, index) }
        let text = delta["text"]?.stringValue ?? ""  // citations, and pieces of times to come, have none
        return text.isEmpty ? [] : [.text(text)]
    }

    private mutating func grow(_ reasoning: JSONValue, _ index: Int64) throws(ModelError) -> [ModelEvent] {
        var grown = thoughts[index] ?? Thoughts()
        grown.signature += reasoning["signature"]?.stringValue ?? ""
        if let piece = reasoning["redactedContent"]?.stringValue {
            guard let bytes = Data(base64Encoded: piece) else {
                throw .malformed(dialect.name, "thoughts that are not shown are no base64")
            }
            grown.redacted += bytes
        }
        guard grown.signature.utf8.count + grown.redacted.count <= Self.sealBytesMax else {
            throw .tooLarge(dialect.name, "bytes in a signature", Self.sealBytesMax)
        }
        thoughts[index] = grown
        let text = reasoning["text"]?.stringValue ?? ""
        return text.isEmpty ? [] : [.reasoning(text)]
    }

    private mutating func stop(_ data: JSONValue) -> [ModelEvent] {
        guard let index = data["contentBlockIndex"]?.intValue else { return [] }
        open.remove(index)
        guard let ended = thoughts.removeValue(forKey: index) else { return [] }
        let seals = [
            dialect.seal("signature", ended.signature),
            dialect.seal("redactedContent", ended.redacted.base64EncodedString()),
        ]
        return seals.compactMap { $0.map { .reasoningSeal($0) } }
    }

    private func index(of data: JSONValue) throws(ModelError) -> Int64 {
        guard let index = data["contentBlockIndex"]?.intValue, Int(exactly: index) != nil else {
            throw .malformed(dialect.name, "a block has no 'contentBlockIndex'")
        }
        return index
    }

    private mutating func note(_ index: Int64) throws(ModelError) {
        guard seen.insert(index).inserted else { return }
        guard seen.count <= Self.blocksMax else { throw .tooLarge(dialect.name, "blocks", Self.blocksMax) }
        open.insert(index)
    }

    private func finish() throws(ModelError) -> [ModelEvent] {
        guard let native, hasMetadata else { return [] }
        guard open.isEmpty else { throw .cutOff(dialect.name, "its end came while a block was open") }
        return (usage.map { [.usage($0)] } ?? []) + [.finished(BedrockDialect.finish(native), native: native)]
    }

    func end() throws(ModelError) -> [ModelEvent] {
        throw .cutOff(dialect.name, "the connection was closed before 'messageStop' and 'metadata'")
    }
}
