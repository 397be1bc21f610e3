public import TuttiCore

/// What a model is asked, in words of no provider; a dialect writes it in those of one.
public struct ModelRequest: Sendable, Hashable, Encodable {
    /// The model's name as its provider knows it.
    public var model: String
    /// What holds for the whole conversation.
    public var system: String?
    /// The conversation so far, oldest first.
    public var messages: [ModelMessage]
    /// What the model may ask to be called.
    public var tools: [ModelTool]
    /// Whether the model has to call a tool.
    public var toolChoice: ModelToolChoice
    /// Whether one answer may ask for several tools; `nil` leaves it to the model. Without tools it means nothing.
    public var allowsParallelToolCalls: Bool?
    /// The form of the answer; `nil` is text.
    public var output: ModelOutputForm?
    /// The most tokens of the answer, reasoning among them; `nil` leaves it to the provider.
    public var outputTokensMax: Int?
    /// How freely words are chosen; `nil` leaves it to the model. Some models refuse it.
    public var temperature: Double?
    /// Words are chosen among the likeliest that make up this share; `nil` leaves it to the model.
    public var topP: Double?
    /// Words are chosen among so many of the likeliest; `nil` leaves it to the model. Not every provider has it.
    public var topK: Int?
    /// The same number makes the same answer likelier; `nil` for none. Not every provider has it.
    public var seed: Int?
    /// How much words are avoided that have come up, from -2 to 2; `nil` for the provider's own. Not every provider
    /// has it.
    public var presencePenalty: Double?
    /// How much words are avoided the more often they have come up, from -2 to 2; `nil` for the provider's own. Not
    /// every provider has it.
    public var frequencyPenalty: Double?
    /// Texts at which the answer ends.
    public var stop: [String]
    /// How much the model should think; `nil` leaves it to the model.
    public var effort: ReasoningEffort?
    /// How the model should think, in more words than a level; `nil` leaves it to the model. Providers that have no
    /// words for it go by the level.
    public var thinking: ModelThinking?
    /// A name for the person behind the request that tells nothing about them.
    public var user: String?
    /// What the provider is to keep with the request, where it can.
    public var metadata: [String: String]
    /// The same for every attempt at one step, so that a repeat can be recognised.
    public var idempotencyToken: String?

    /// A request; what is left out is left to the model.
    public init(
        model: String, system: String? = nil, messages: [ModelMessage], tools: [ModelTool] = [],
        toolChoice: ModelToolChoice = .auto, allowsParallelToolCalls: Bool? = nil, output: ModelOutputForm? = nil,
        outputTokensMax: Int? = nil, temperature: Double? = nil, topP: Double? = nil, topK: Int? = nil,
        seed: Int? = nil, presencePenalty: Double? = nil, frequencyPenalty: Double? = nil, stop: [String] = [],
        effort: ReasoningEffort? = nil, thinking: ModelThinking? = nil, user: String? = nil,
        metadata: [String: String] = [:],
        idempotencyToken: String? = nil
    ) {
        self.model = model
        self.system = system
        self.messages = messages
        self.tools = tools
        self.toolChoice = toolChoice
        self.allowsParallelToolCalls = allowsParallelToolCalls
        self.output = output
        self.outputTokensMax = outputTokensMax
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.seed = seed
        self.presencePenalty = presencePenalty
        self.frequencyPenalty = frequencyPenalty
        self.stop = stop
        self.effort = effort
        self.thinking = thinking
        self.user = user
        self.metadata = metadata
        self.idempotencyToken = idempotencyToken
    }
}

/// A tool that a model may ask to be called.
public struct ModelTool: Sendable, Hashable, Encodable {
    /// At most 64 letters, digits, `_` and `-`.
    public var name: String
    /// What it does and when to use it.
    public var description: String?
    /// The JSON schema of its arguments.
    public var parameters: JSONValue
    /// Whether the provider should hold the model to the schema, where it can.
    public var isStrict: Bool

    /// A tool with any JSON schema, as another program has told it.
    public init(name: String, description: String? = nil, parameters: JSONValue, isStrict: Bool = false) {
        self.name = name
        self.description = description
        self.parameters = parameters
        self.isStrict = isStrict
    }

    /// A tool with a schema of ours.
    public init(name: String, description: String? = nil, schema: JSONSchema, isStrict: Bool = false) {
        self.init(name: name, description: description, parameters: schema.json, isStrict: isStrict)
    }
}

/// Whether a model has to call a tool.
public enum ModelToolChoice: Sendable, Hashable {
    /// As it likes.
    case auto
    /// It must not.
    case none
    /// It has to call one.
    case required
    /// It has to call the one of this name.
    case tool(String)
}

extension ModelToolChoice: Encodable {
    /// Writes `"auto"`, `"none"`, `"required"` or `{"tool": name}`.
    public func encode(to encoder: any Encoder) throws {
        let value: JSONValue =
            switch self {
            case .auto: "auto"
            case .none: "none"
            case .required: "required"
            case .tool(let name): ["tool": .string(name)]
            }
        try value.encode(to: encoder)
    }
}

/// An answer in JSON.
public struct ModelOutputForm: Sendable, Hashable, Encodable {
    /// What the form is called; letters, digits, `_` and `-`.
    public var name: String
    /// What the answer has to look like: a JSON schema, as it stands or as another program has told it.
    public var schema: JSONValue
    /// Whether the provider should hold the model to the schema, where it can.
    public var isStrict: Bool

    /// A form with any JSON schema.
    public init(name: String, schema: JSONValue, isStrict: Bool = false) {
        self.name = name
        self.schema = schema
        self.isStrict = isStrict
    }

    /// A form with a schema of ours.
    public init(name: String, schema: JSONSchema, isStrict: Bool = false) {
        self.init(name: name, schema: schema.json, isStrict: isStrict)
    }
}

/// How much a model should think before it answers. A provider without a level gets the next one that it has.
public enum ReasoningEffort: String, Sendable, Hashable, Codable, CaseIterable {
    /// Not at all.
    case none
    /// As little as possible.
    case minimal
    /// A little.
    case low
    /// As usual.
    case medium
    /// Much.
    case high
    /// Very much.
    case xhigh
    /// As much as it can.
    case max
}

/// How a model should think, as Anthropic has it.
public struct ModelThinking: Sendable, Hashable, Encodable {
    /// Who decides how much is thought.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Whoever asks, by a number of tokens.
        case enabled
        /// The model.
        case adaptive
        /// The model, and only between calls of tools.
        case betweenTools = "between_tools"
    }

    /// Who decides.
    public var kind: Kind
    /// The most tokens of thoughts, where whoever asks decides.
    public var tokensMax: Int?
    /// What is shown of the thoughts: `summarized` or `omitted`; `nil` for the provider's own.
    public var display: String?

    /// A way to think.
    public init(_ kind: Kind, tokensMax: Int? = nil, display: String? = nil) {
        self.kind = kind
        self.tokensMax = tokensMax
        self.display = display
    }
}

extension ModelRequest {
    /// How much the model should think, for providers that know levels and no number of tokens.
    package var effortAsked: ReasoningEffort? {
        if let effort { return effort }
        guard let tokens = thinking?.tokensMax else { return nil }
        return switch tokens {
        case ..<4096: .low
        case ..<16_384: .medium
        case ..<32_768: .high
        default: .xhigh
        }
    }
}
