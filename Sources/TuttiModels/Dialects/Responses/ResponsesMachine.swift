import FoundationEssentials
import TuttiCore

/// Reads a streamed response: named events about numbered items, up to `response.completed`, `response.incomplete` or
/// `response.failed`. There is no `[DONE]`, and a connection that is closed before is no end.
struct ResponsesMachine: StreamMachine {
    /// Items of one answer.
    static let itemsMax = 10_000
    /// Bytes of what the provider wants back of the items.
    static let sealBytesMax = 10 << 20

    /// An item that has begun.
    private struct Item: Sendable {
        /// Whether pieces of it have come, so that the whole at its end is nothing new.
        var hasPieces = false
        /// Whether the whole has come, too.
        var isWhole = false
    }

    private let dialect: ResponsesDialect
    private let request: ModelRequest
    private(set) var usage: ModelUsage?
    private var items: [Int: Item] = [:]
    private var calls = ToolCallPieces()
    private var isRefused = false
    private var thoughts = ThoughtSeams()
    private var sealBytes = 0

    init(_ dialect: ResponsesDialect, _ request: ModelRequest) {
        self.dialect = dialect
        self.request = request
    }

    mutating func take(_ event: StreamEvent) throws(ModelError) -> [ModelEvent] {
        if event.data.isEmpty { return [] }
        guard let data = try? WireJSON.read(Data(event.data.utf8)), case .object = data else {
            throw .malformed(dialect.name, "a piece is no JSON object")
        }
        // A server or a proxy that loses names leaves the type inside.
        let type = event.isUnnamed ? data["type"]?.stringValue : event.name
        if let response = data.member("response") { note(usageOf: response) }
        if type == "error" { throw dialect.error(inside: data) }
        if let error = dialect.failureInside(data) { throw error }
        switch type {
        case "response.output_item.added": return try begin(data)
        case "response.output_item.done": return try finish(data)
        case "response.completed": return try end(data, status: "completed")
        case "response.incomplete": return try end(data, status: "incomplete")
        case "response.failed": throw dialect.error(inside: data["response"] ?? .null)
        default: return try grow(data, type ?? "")
        }
    }

    /// A whole response.
    mutating func take(_ response: JSONValue, status: String) throws(ModelError) -> [ModelEvent] {
        note(usageOf: response)
        return try end(["response": response], status: status)
    }

    func end() throws(ModelError) -> [ModelEvent] {
        throw .cutOff(dialect.name, "the connection was closed before 'response.completed'")
    }

    private mutating func note(usageOf response: JSONValue) {
        if let counted = response.member("usage") { usage = ResponsesDialect.usage(counted) }
    }
}

// MARK: Items

extension ResponsesMachine {
    private mutating func begin(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
        let place = try place(in: data)
        guard items[place] == nil else { throw .malformed(dialect.name, "an item begins twice") }
        return try begin(data["item"] ?? .null, at: place)
    }

    private mutating func begin(_ item: JSONValue, at place: Int) throws(ModelError) -> [ModelEvent] {
        try touch(place, hasPieces: false)
        guard item["type"]?.stringValue == "function_call" else { return [] }
        guard let name = item["name"]?.stringValue, !name.isEmpty else {
            throw .malformed(dialect.name, "a tool call has no name")
        }
        // Results name the call by this id, not by that of the item.
        let id = item["call_id"]?.stringValue
        let arguments = ChatDialect.arguments(item["arguments"])
        items[place]?.hasPieces = !arguments.isEmpty
        thoughts.close()
        return calls.take(place, id: id, name: name, arguments: arguments) { [request] in
            MadeUpID.make($0, for: request)
        }
    }

    private mutating func grow(_ data: JSONValue, _ type: String) throws(ModelError) -> [ModelEvent] {
        switch type {
        case "response.output_text.delta", "response.refusal.delta":
            let isRefusal = type == "response.refusal.delta"
            return try say(data["delta"]?.stringValue, at: try place(in: data), isRefusal: isRefusal)
        case "response.reasoning_summary_text.delta":
            let part = ThoughtSeams.Part.summary(data["summary_index"]?.intValue)
            return try think(data["delta"]?.stringValue, at: try place(in: data), part)
        case "response.reasoning_text.delta":
            let part = ThoughtSeams.Part.text(data["content_index"]?.intValue)
            return try think(data["delta"]?.stringValue, at: try place(in: data), part)
        case "response.function_call_arguments.delta":
            return try call(data["delta"]?.stringValue, at: try place(in: data))
        case "response.function_call_arguments.done":
            let place = try place(in: data)
            return items[place]?.hasPieces == true ? [] : try call(data["arguments"]?.stringValue, at: place)
        default: return []  // ends of parts, tools that the provider runs itself, and events of times to come
        }
    }

    private mutating func finish(_ data: JSONValue) throws(ModelError) -> [ModelEvent] {
        let place = try place(in: data)
        return try finish(data["item"] ?? .null, at: place)
    }

    /// What an item is when it is whole, as far as its pieces have not told.
    private mutating func finish(_ item: JSONValue, at place: Int) throws(ModelError) -> [ModelEvent] {
        var events = items[place] == nil ? try begin(item, at: place) : []
        guard items[place]?.isWhole != true else { return [] }
        let isNew = items[place]?.hasPieces != true
        defer { items[place]?.isWhole = true }
        switch item["type"]?.stringValue {
        case "message":
            for part in isNew ? item["content"]?.items ?? [] : [] {
                let refusal = part["refusal"]?.stringValue
                events += try say(refusal ?? part["text"]?.stringValue, at: place, isRefusal: refusal != nil)
            }
            if items[place]?.hasPieces == true { events += try seal(item) }
        case "function_call" where isNew:
            events += try call(ChatDialect.arguments(item["arguments"]), at: place)
        case "reasoning":
            for (index, part) in (isNew ? item["summary"]?.items ?? [] : []).enumerated() {
                events += try think(part["text"]?.stringValue, at: place, .summary(Int64(index)))
            }
            for (index, part) in (isNew ? item["content"]?.items ?? [] : []).enumerated() {
                events += try think(part["text"]?.stringValue, at: place, .text(Int64(index)))
            }
            events += try seal(item)
        default: break
        }
        return events
    }

    private func place(in data: JSONValue) throws(ModelError) -> Int {
        guard let place = data["output_index"]?.intValue.flatMap({ Int(exactly: $0) }), place >= 0 else {
            throw .malformed(dialect.name, "an event about an item has no 'output_index'")
        }
        return place
    }
}

// MARK: Pieces

extension ResponsesMachine {
    private mutating func touch(_ place: Int, hasPieces: Bool) throws(ModelError) {
        guard items[place] != nil || items.count < Self.itemsMax else {
            throw .tooLarge(dialect.name, "items", Self.itemsMax)
        }
        items[place, default: Item()].hasPieces = hasPieces
    }

    private mutating func say(
        _ text: String?, at place: Int, isRefusal: Bool
    ) throws(ModelError) -> [ModelEvent] {
        if isRefusal { isRefused = true }
        guard let text, !text.isEmpty else { return [] }
        try touch(place, hasPieces: true)
        thoughts.close()
        return [.text(text)]
    }

    private mutating func think(
        _ text: String?, at place: Int, _ part: ThoughtSeams.Part
    ) throws(ModelError) -> [ModelEvent] {
        guard let text, !text.isEmpty else { return [] }
        try touch(place, hasPieces: true)
        return [.reasoning(thoughts.join(text, place, part))]
    }

    private mutating func call(_ arguments: String?, at place: Int) throws(ModelError) -> [ModelEvent] {
        guard let arguments, !arguments.isEmpty else { return [] }
        items[place]?.hasPieces = true
        guard let events = calls.take(more: arguments, of: place) else {
            throw .malformed(dialect.name, "a tool call grows that has not begun")
        }
        return events
    }

    private mutating func seal(_ item: JSONValue) throws(ModelError) -> [ModelEvent] {
        guard let seal = dialect.seal(item) else { return [] }
        sealBytes += (try? CanonicalJSON.encode(seal.value).count) ?? 0
        guard sealBytes <= Self.sealBytesMax else {
            throw .tooLarge(dialect.name, "bytes to be sent back", Self.sealBytesMax)
        }
        thoughts.close()
        return [.reasoningSeal(seal)]
    }
}

// MARK: The end

extension ResponsesMachine {
    private mutating func end(_ data: JSONValue, status: String) throws(ModelError) -> [ModelEvent] {
        let response = data["response"] ?? .null
        var events: [ModelEvent] = []
        // Some servers tell everything at the end only; and a whole answer is nothing but its end.
        if items.isEmpty {
            for (index, item) in (response["output"]?.items ?? []).enumerated() {
                events += try finish(item, at: index)
            }
        }
        let reason = response["incomplete_details"]?.member("reason")?.stringValue
        let finish: FinishReason
        switch (status, reason) {
        case ("completed", _): finish = calls.isEmpty ? .stop : .toolCalls
        case ("incomplete", "max_output_tokens"): finish = .length
        case ("incomplete", "content_filter"): finish = .filtered
        case ("incomplete", _): finish = .other
        default: throw .cutOff(dialect.name, "it is not 'completed', and nobody goes on with it")
        }
        let native = status == "incomplete" ? reason ?? status : status
        return events + (usage.map { [.usage($0)] } ?? [])
            + [.finished(isRefused ? .filtered : finish, native: native)]
    }
}
