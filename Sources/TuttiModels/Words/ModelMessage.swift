public import FoundationEssentials
public import TuttiCore

/// One turn of a conversation.
public struct ModelMessage: Sendable, Hashable, Codable {
    /// Who speaks.
    public enum Role: String, Sendable, Hashable, Codable {
        /// Who asks; the results of tools come from here, too.
        case user
        /// The model.
        case assistant
    }

    /// Who speaks.
    public var role: Role
    /// What is said, in order.
    public var content: [ModelContent]

    /// A turn from its parts.
    public init(role: Role, content: [ModelContent]) {
        self.role = role
        self.content = content
    }

    /// A turn of whoever asks, of text alone.
    public static func user(_ text: String) -> ModelMessage { ModelMessage(role: .user, content: [.text(text)]) }

    /// A turn of the model, of text alone.
    public static func assistant(_ text: String) -> ModelMessage {
        ModelMessage(role: .assistant, content: [.text(text)])
    }
}

/// A part of a turn.
public enum ModelContent: Sendable, Hashable {
    /// A text.
    case text(String)
    /// A picture.
    case image(ModelImage)
    /// What the model has thought, as far as its provider shows it.
    case reasoning(ModelReasoning)
    /// The model asks for a tool to be called.
    case toolCall(ModelToolCall)
    /// What a tool has answered.
    case toolResult(ModelToolResult)
}

/// A picture.
public struct ModelImage: Sendable, Hashable {
    /// Where it is.
    public enum Source: Sendable, Hashable {
        /// The picture itself, with its media type such as `image/png`.
        case bytes(Data, mediaType: String)
        /// Where the provider is to fetch it.
        case url(String)
    }

    /// Where it is.
    public var source: Source

    /// A picture from where it is.
    public init(_ source: Source) { self.source = source }
}

/// What a model has thought.
public struct ModelReasoning: Sendable, Hashable, Codable {
    /// What is shown of it; may be empty.
    public var text: String
    /// What its provider wants back unchanged in the next turn.
    public var seal: ProviderSeal?

    /// Thoughts from their parts.
    public init(text: String, seal: ProviderSeal? = nil) {
        self.text = text
        self.seal = seal
    }
}

/// What a provider wants back unchanged in the next turn; the others never get to see it.
public struct ProviderSeal: Sendable, Hashable, Codable {
    /// The dialect that understands it.
    public var dialect: String
    /// What it wants back.
    public var value: JSONValue

    package init(dialect: String, value: JSONValue) {
        self.dialect = dialect
        self.value = value
    }

    package func value(for dialect: String) -> JSONValue? { self.dialect == dialect ? value : nil }
}

/// A model's wish that a tool be called.
public struct ModelToolCall: Sendable, Hashable, Codable {
    /// What the result has to name.
    public var id: String
    /// The tool.
    public var name: String
    /// JSON as the model has written it. It may be broken; check it before use.
    public var arguments: String
    /// What the provider wants back unchanged in the next turn.
    public var seal: ProviderSeal?

    /// A call from its parts.
    public init(id: String, name: String, arguments: String, seal: ProviderSeal? = nil) {
        self.id = id
        self.name = name
        self.arguments = arguments
        self.seal = seal
    }
}

extension ModelImage: Codable {
    private enum CodingKeys: String, CodingKey { case url, base64, mediaType }

    /// Reads `{"url": "…"}` or `{"base64": "…", "mediaType": "…"}`.
    ///
    /// - Throws: `DecodingError` when it is neither.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let url = try container.decodeIfPresent(String.self, forKey: .url) {
            source = .url(url)
        } else {
            let bytes = try container.decode(Data.self, forKey: .base64)
            source = .bytes(bytes, mediaType: try container.decode(String.self, forKey: .mediaType))
        }
    }

    /// Writes where it is, or the picture itself.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch source {
        case .url(let url): try container.encode(url, forKey: .url)
        case .bytes(let bytes, let type):
            try container.encode(bytes, forKey: .base64)
            try container.encode(type, forKey: .mediaType)
        }
    }
}

extension ModelContent: Codable {
    private enum CodingKeys: String, CodingKey { case text, image, reasoning, toolCall, toolResult }

    /// Reads an object with one member, such as `{"text": "…"}`.
    ///
    /// - Throws: `DecodingError` when it has none that is known.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        switch container.allKeys.first {
        case .text: self = .text(try container.decode(String.self, forKey: .text))
        case .image: self = .image(try container.decode(ModelImage.self, forKey: .image))
        case .reasoning: self = .reasoning(try container.decode(ModelReasoning.self, forKey: .reasoning))
        case .toolCall: self = .toolCall(try container.decode(ModelToolCall.self, forKey: .toolCall))
        case .toolResult: self = .toolResult(try container.decode(ModelToolResult.self, forKey: .toolResult))
        case nil:
            throw DecodingError.dataCorrupted(
                DecodingError.Context(
                    codingPath: decoder.codingPath,
                    debugDescription: "a part has one of text, image, reasoning, toolCall and toolResult"))
        }
    }

    /// Writes an object with one member.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .text(let text): try container.encode(text, forKey: .text)
        case .image(let image): try container.encode(image, forKey: .image)
        case .reasoning(let reasoning): try container.encode(reasoning, forKey: .reasoning)
        case .toolCall(let call): try container.encode(call, forKey: .toolCall)
        case .toolResult(let result): try container.encode(result, forKey: .toolResult)
        }
    }
}
