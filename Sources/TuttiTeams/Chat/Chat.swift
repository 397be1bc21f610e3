public import TuttiAgents
public import TuttiCore
public import TuttiEngine
import TuttiModels

/// A conversation of a person with a model: it waits for a message, asks the model with what was said before, and waits
/// for the next. What was answered is in the journal, so a conversation goes on after any crash and pays for no answer
/// twice.
///
/// ```swift
/// let run = try await tutti.start(Chat(models: models), .init(model: "ollama/qwen3:8b"))
/// try await tutti.engine.signal(run.id, Chat.saySignal, ChatMessage("Why is the sky blue?"))
/// ```
public struct Chat: Workflow {
    /// The name in the journal.
    public static let name = "chat"
    /// The signal that brings a ``ChatMessage``, or its text.
    public static let saySignal = "say"
    /// The signal that ends the conversation.
    public static let closeSignal = "close"

    /// What a conversation begins with.
    public struct Input: Codable, Sendable, Hashable {
        /// Who answers: `provider/name`.
        public var model: String
        /// What holds for the whole conversation.
        public var system: String?
        /// The most tokens that the model is sent at once, by an estimate; `nil` for
        /// ``ChatLimits/contextTokensDefault``.
        public var contextTokensMax: Int?

        /// An input from its parts.
        public init(model: String, system: String? = nil, contextTokensMax: Int? = nil) {
            self.model = model
            self.system = system
            self.contextTokensMax = contextTokensMax
        }
    }

    /// How a conversation went.
    public struct Output: Codable, Sendable, Hashable {
        /// How many messages there were.
        public var exchanges: Int
        /// What all answers have used.
        public var spending: Spending
    }

    private let models: any ModelSource
    private let cuts: AnswerCuts

    /// A conversation.
    ///
    /// - Parameters:
    ///   - models: where models are found.
    ///   - cuts: where answers are cut short.
    public init(models: any ModelSource, cuts: AnswerCuts = AnswerCuts()) {
        self.models = models
        self.cuts = cuts
    }

    /// The model that is asked.
    public func title(of input: Input) -> String? { input.model }

    /// - Throws: `StepError` `bad_input`. A model that fails ends no conversation.
    public func run(_ input: Input, _ ctx: Context) async throws -> Output {
        try input.check()
        var conversation = ChatConversation(
            system: input.system, tokensMax: input.contextTokensMax ?? ChatLimits.contextTokensDefault)
        var (model, spending) = (input.model, Spending())
        var count = 0
        while count < ChatLimits.exchangesMax {
            let (number, asked, before) = (count + 1, model, conversation)
            let next = try await ctx.branch(Self.exchangeScope) { ctx in
                Next(exchange: try await exchange(number, with: asked, after: before, ctx))
            }
            guard let exchange = next.exchange else { break }
            count += 1
            model = exchange.model
            spending += exchange.spending
            conversation.append(exchange)
        }
        cuts.forget(ctx.runID)
        return Output(exchanges: count, spending: spending)
    }

    /// The name of the scope of one exchange: `exchange#3` in the journal is the third.
    package static let exchangeScope = "exchange"
    /// The name of the wait for its message.
    package static let messageWait = "message"
    /// Which end of that wait is a message.
    package static let sayPosition = 0

    /// What follows in a conversation; nothing at its end.
    package struct Next: Codable, Sendable {
        /// The next exchange.
        package var exchange: ChatExchange?
    }

    /// Waits for a message and has it answered; `nil` at the end of the conversation.
    private func exchange(
        _ number: Int, with model: String, after conversation: ChatConversation, _ ctx: Context
    ) async throws -> ChatExchange? {
        let end = try await ctx.first(
            Self.messageWait, of: .signal(Self.saySignal), .signal(Self.closeSignal))
        guard end.position == Self.sayPosition else { return nil }
        guard let message = ChatMessage(signal: try end.value(as: JSONValue.self)) else {
            return ChatExchange(failing: StepError.badMessage("is neither a text nor an object with 'text'"), "", model)
        }
        let asked = message.model ?? model
        if let problem = message.problem {
            return ChatExchange(failing: StepError.badMessage(problem), String(message.text.prefix(200)), asked)
        }
        do {
            return try await answer(message.text, number, with: asked, after: conversation, ctx)
        } catch let error as CancellationError {
            throw error
        } catch let error as any CodedError {
            return ChatExchange(failing: error, message.text, asked)
        }
    }

    /// Asks with as much of the conversation as fits, by our estimate first and then by what the model says.
    private func answer(
        _ question: String, _ number: Int, with name: String, after conversation: ChatConversation, _ ctx: Context
    ) async throws -> ChatExchange {
        guard var latest = conversation.latestFitting(question) else {
            throw StepError.badMessage(
                "has more tokens than the \(conversation.tokensMax) that are sent at once; say less, or begin with a "
                    + "larger --context-tokens")
        }
        var model = try models.model(named: name)
        model.provider = CuttableProvider(base: model.provider, cuts: cuts, run: ctx.runID, exchange: number)
        while true {
            do {
                let reply = try await ctx.ask(model, conversation.request(question, latest: latest))
                return ChatExchange(
                    question: question, model: name, answer: reply.response.content, finish: reply.response.finish,
                    failure: nil, leftOut: conversation.count - latest, spending: reply.spending)
            } catch let error as StepError where latest > 0 && Self.isTooLong(error) {
                latest /= 2
            }
        }
    }

    private static func isTooLong(_ error: StepError) -> Bool {
        [ModelErrorCode.contextTooLong, .requestTooLarge].contains(ModelErrorCode(rawValue: error.code))
    }
}

extension Chat.Input {
    /// - Throws: `StepError` `bad_input` that names the field, the rule and the way out.
    package func check() throws(StepError) {
        if model.isEmpty { throw .badInput("model", "is empty; name one as provider/name") }
        if let system, system.utf8.count > ChatLimits.textMax {
            throw .badInput("system", "has \(system.utf8.count) bytes, the limit is \(ChatLimits.textMax); say less")
        }
        if let contextTokensMax, !ChatLimits.contextTokens.contains(contextTokensMax) {
            let (least, most) = (ChatLimits.contextTokens.lowerBound, ChatLimits.contextTokens.upperBound)
            throw .badInput("contextTokensMax", "is \(contextTokensMax); use \(least) to \(most)")
        }
    }
}

extension ChatMessage {
    /// Why it cannot be said; `nil` when it can.
    package var problem: String? {
        if text.allSatisfy(\.isWhitespace) { return "is empty; say something" }
        let size = text.utf8.count
        return size > ChatLimits.textMax ? "has \(size) bytes, the limit is \(ChatLimits.textMax); say less" : nil
    }
}

extension ChatExchange {
    fileprivate init(failing error: any CodedError, _ question: String, _ model: String) {
        self.init(
            question: question, model: model, answer: [], finish: nil,
            failure: Failure(code: error.code, message: error.message), leftOut: 0, spending: Spending())
    }
}

extension StepError {
    fileprivate static func badMessage(_ problem: String) -> StepError {
        StepError(code: "bad_message", message: "the message \(problem)", origin: "")
    }
}
