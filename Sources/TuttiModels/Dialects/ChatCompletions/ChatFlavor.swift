import TuttiCore

/// What sets servers of the chat completions dialect apart, as data.
package struct ChatFlavor: Sendable, Hashable {
    /// How the limit of the answer is called.
    package enum LimitField: String, Sendable, Hashable {
        /// What reasoning models insist on.
        case current = "max_completion_tokens"
        /// What older servers know.
        case former = "max_tokens"
    }

    /// How the effort is told.
    package enum EffortField: Sendable, Hashable {
        /// `reasoning_effort`
        case plain
        /// `reasoning: {effort}`
        case object
        /// Not at all: the model decides.
        case none
    }

    /// What the provider is called in messages, seals and names of models.
    package var name: String
    /// Where it usually is; `nil` when it has no usual place.
    package var baseURL: String?
    package var limitField: LimitField
    package var effortField: EffortField
    /// Whether the end of a stream only tells the usage when it is asked to (`stream_options`).
    package var asksForUsage: Bool
    /// The most texts in `stop`.
    package var stopsMax: Int?
    /// Whether `user` and `metadata` are taken.
    package var takesNames: Bool
    /// Whether thoughts come with parts that it wants back (`reasoning_details`).
    package var sealsReasoning: Bool
    /// Whether `top_k` is taken, which OpenAI itself does not have.
    package var takesTopK: Bool
    /// Whether `parallel_tool_calls` is taken.
    package var takesSingleCalls: Bool

    package init(
        name: String, baseURL: String?, limitField: LimitField = .former, effortField: EffortField = .none,
        asksForUsage: Bool = true, stopsMax: Int? = nil, takesNames: Bool = false, sealsReasoning: Bool = false,
        takesTopK: Bool = false, takesSingleCalls: Bool = true
    ) {
        self.name = name
        self.baseURL = baseURL
        self.limitField = limitField
        self.effortField = effortField
        self.asksForUsage = asksForUsage
        self.stopsMax = stopsMax
        self.takesNames = takesNames
        self.sealsReasoning = sealsReasoning
        self.takesTopK = takesTopK
        self.takesSingleCalls = takesSingleCalls
    }

    package static let openAI = ChatFlavor(
        name: "openai", baseURL: "https://api.openai.com/v1", limitField: .current, effortField: .plain, stopsMax: 4,
        takesNames: true)
    package static let openRouter = ChatFlavor(
        name: "openrouter", baseURL: "https://openrouter.ai/api/v1", effortField: .object, asksForUsage: false,
        takesNames: true, sealsReasoning: true, takesTopK: true)
    /// Its own interface has `top_k`, this one has not.
    package static let ollama = ChatFlavor(
        name: "ollama", baseURL: "http://127.0.0.1:11434/v1", takesSingleCalls: false)
    package static let llamaCpp = ChatFlavor(name: "llama.cpp", baseURL: "http://127.0.0.1:8080/v1", takesTopK: true)
    package static let vLLM = ChatFlavor(name: "vllm", baseURL: "http://127.0.0.1:8000/v1", takesTopK: true)
    /// Its usual place is for whoever configures it to say.
    package static let lmStudio = ChatFlavor(name: "lmstudio", baseURL: nil, takesTopK: true)

    package static let all = [openAI, openRouter, ollama, llamaCpp, vLLM, lmStudio]
}
