package import TuttiCore

/// What a fake model is asked, in words of no dialect.
package struct ModelCall: Sendable {
    package enum Dialect: String, Sendable, Hashable, CaseIterable {
        case chat
        case anthropic
        case gemini
    }

    /// A tool that has to be called.
    package struct ForcedTool: Sendable, Hashable {
        package var name: String
        /// What its arguments look like.
        package var schema: JSONValue
    }

    package var dialect: Dialect
    package var model: String
    package var isStreamed: Bool
    /// The key, wherever the dialect has it.
    package var key: String?
    /// What the answer has to look like, when it has to be JSON.
    package var schema: JSONValue?
    package var forcedTool: ForcedTool?
    /// All texts of the conversation, one below the other.
    package var prompt: String
    /// Whether a stream tells its usage; some only do when they are asked.
    package var wantsUsage = true
    /// The request as it came.
    package var body: JSONValue
    /// Its headers, by their names in small letters.
    package var headers: [String: String] = [:]
    /// Which call of the server it is, from 1.
    package var number = 0
    /// How often its token has come by now, this time included; 1 without a token.
    package var attempt = 1

    package init(
        dialect: Dialect, model: String, isStreamed: Bool, key: String? = nil, prompt: String, body: JSONValue
    ) {
        self.dialect = dialect
        self.model = model
        self.isStreamed = isStreamed
        self.key = key
        self.prompt = prompt
        self.body = body
    }

    /// The caller's name for the call, which is the same when it is repeated.
    package var token: String? { headers["idempotency-key"] }
}

extension ModelCall {
    /// The texts of a message, which may be one, a list of parts, or parts inside of parts.
    static func texts(in value: JSONValue?) -> [String] {
        switch value {
        case .string(let text)?: [text]
        case .array(let items)?: items.flatMap { texts(in: $0) }
        case .object(let members)?: ["text", "content", "parts"].flatMap { texts(in: members[$0]) }
        default: []
        }
    }

    /// The items of a list, else none.
    static func list(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let items)? = value { items } else { [] }
    }
}
