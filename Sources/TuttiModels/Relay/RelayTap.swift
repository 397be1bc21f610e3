import TuttiCore

/// Looks at the events of a stream on their way: what was counted, whether it has ended, whether it failed. Only the
/// few that tell of that are read; of all others a few bytes are compared.
package struct RelayTap: Sendable {
    /// What is to be done with an event.
    package enum Verdict: Sendable {
        /// It says something of the answer.
        case forward
        /// It is part of how a stream begins, and says nothing yet.
        case hold
        /// The client has not asked for it.
        case drop
    }

    private let dialect: any ModelDialect
    private let relay: RelayDialect
    private let tellsUsage: Bool
    private var anthropic: AnthropicUsage?
    /// What was counted so far.
    package private(set) var usage: ModelUsage?
    /// Whether the end marker of the dialect has come.
    package private(set) var isFinished = false
    /// The failure that the stream itself has told of; its event has gone to the client.
    package private(set) var failure: ModelError?

    package init(_ dialect: any ModelDialect, _ relay: RelayDialect, tellsUsage: Bool) {
        self.dialect = dialect
        self.relay = relay
        self.tellsUsage = tellsUsage
    }

    /// Takes one whole event, its empty line included.
    package mutating func take(_ event: ArraySlice<UInt8>) -> Verdict {
        switch relay {
        case .chat: takeChat(event)
        case .messages: takeMessages(event)
        case .responses: takeResponses(event)
        }
    }

    /// Whether an event is one of any dialect. Whoever begins with one says none of what is not.
    package func isReadable(_ event: ArraySlice<UInt8>) -> Bool {
        guard let data = ByteSearch.data(of: event), !data.isEmpty, !isFinished else { return true }
        if ObjectMembers(Array(data))?.isAlone == true { return true }
        guard case .object? = read(data) else { return false }  // one of its names may have an escape
        return true
    }

    // MARK: Chat completions

    private static let chatWords: [StaticString] = ["\"error\"", "\"usage\"", "\"role\"", "\"tool_calls\""]

    private mutating func takeChat(_ event: ArraySlice<UInt8>) -> Verdict {
        guard let data = ByteSearch.data(of: event) else { return .hold }  // a comment
        if data.count <= 16, ByteSearch.contains(data, "[DONE]") {
            isFinished = true
            return .forward
        }
        let words = ByteSearch.words(Self.chatWords, in: data)
        if words & 1 != 0, let value = read(data), value.member("error")?.isTruthy == true {
            // Also of what fails: the tokens are paid.
            if let counted = value.member("usage") { usage = ChatDialect.usage(counted) }
            failure = dialect.error(inside: value)
            return .forward
        }
        let mayCount = words & 2 != 0  // in most events it is null
        if mayCount, ByteSearch.contains(data, "\"usage\":{") || ByteSearch.contains(data, "\"usage\": {") {
            guard let value = read(data) else { return .forward }
            if let counted = value.member("usage") { usage = ChatDialect.usage(counted) }
            if !tellsUsage, value["choices"]?.items.isEmpty == true { return .drop }
            return .forward
        }
        return words & 12 == 4 && isOpening(data) ? .hold : .forward
    }

    /// Whether a chunk that tells who speaks, and of no tool, tells nothing else.
    private func isOpening(_ data: ArraySlice<UInt8>) -> Bool {
        guard let delta = read(data)?["choices"]?.items.first?["delta"] else { return false }
        let words = ["content", "reasoning", "reasoning_content", "refusal", "tool_calls"]
        return !words.contains { delta[$0]?.isTruthy == true }
    }

    // MARK: Messages

    private static let messagesWords: [StaticString] = [
        "\"message_stop\"", "\"error\"", "\"usage\"", "\"ping\"",
    ]

    private mutating func takeMessages(_ event: ArraySlice<UInt8>) -> Verdict {
        guard let data = ByteSearch.data(of: event) else { return .hold }
        let words = ByteSearch.words(Self.messagesWords, in: data)
        if words & 1 != 0 { isFinished = true }
        if words & 2 != 0, let value = read(data), value["type"] == "error" {
            failure = dialect.error(inside: value)
            return .forward
        }
        guard words & 4 != 0, let value = read(data) else { return words & 8 != 0 ? .hold : .forward }
        let isStart = value["type"] == "message_start"
        if let counted = isStart ? value["message"]?.member("usage") : value.member("usage") {
            anthropic = (anthropic ?? AnthropicUsage()).adding(counted)
            usage = anthropic?.usage
        }
        return isStart ? .hold : .forward
    }

    // MARK: Responses

    private static let openings = ["response.created", "response.queued", "response.in_progress"]
    private static let ends = ["response.completed", "response.incomplete", "response.failed"]

    private mutating func takeResponses(_ event: ArraySlice<UInt8>) -> Verdict {
        guard let data = ByteSearch.data(of: event) else { return .hold }
        // Servers of other makers write the members in any order, and items have types, too.
        let type = ByteSearch.name(of: event) ?? read(data)?["type"]?.stringValue
        if let type, Self.openings.contains(type) { return .hold }
        guard let type, Self.ends.contains(type) || type == "error", let value = read(data) else { return .forward }
        if type == "error" {
            failure = dialect.error(inside: value)
            return .forward
        }
        isFinished = true
        if let counted = value["response"]?.member("usage") { usage = ResponsesDialect.usage(counted) }
        if type == "response.failed" { failure = dialect.error(inside: value) }
        return .forward
    }

    // MARK: Whole answers

    /// The usage of an answer that comes as one object. Only the members that tell of it are read.
    ///
    /// - Throws: ``ModelError`` of one with a status of success that tells of a failure, or is one: a page of a proxy,
    ///   or half an answer.
    package func usage(ofWhole body: [UInt8]) throws(ModelError) -> ModelUsage? {
        guard let members = ObjectMembers(body), members.isAlone, let told = members[content],
            !told.elementsEqual("null".utf8)
        else { return try usage(ofRead: body) }
        if relay != .responses, let error = members["error"], read(error)?.isTruthy != false {
            return try usage(ofRead: body)
        }
        return members["usage"].flatMap(read).flatMap { $0 == .null ? nil : usage(counted: $0) }
    }

    private func usage(ofRead body: [UInt8]) throws(ModelError) -> ModelUsage? {
        let value = try? WireJSON.read(body)
        if let failure = failure(in: value) { throw failure }
        return value?.member("usage").map(usage(counted:))
    }

    private func usage(counted: JSONValue) -> ModelUsage {
        switch relay {
        case .chat: ChatDialect.usage(counted)
        case .messages: AnthropicUsage().adding(counted).usage
        case .responses: ResponsesDialect.usage(counted)
        }
    }

    /// The member without which an answer says nothing.
    private var content: StaticString {
        switch relay {
        case .chat: "choices"
        case .messages: "content"
        case .responses: "output"
        }
    }

    /// The failure that a whole answer with a status of success tells of, or is.
    private func failure(in value: JSONValue?) -> ModelError? {
        guard let value, case .object = value else {
            return .malformed(dialect.name, "its body is no JSON object")
        }
        let hasError = value.member("error")?.isTruthy == true
        if value.member(content.description) != nil, relay == .responses || !hasError { return nil }
        guard hasError || value["type"] == "error" else {
            return .malformed(dialect.name, "it has no '\(content)'")
        }
        return dialect.error(inside: value)
    }

    private func read(_ data: ArraySlice<UInt8>) -> JSONValue? { try? WireJSON.read(Array(data)) }
}
