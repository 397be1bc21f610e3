import TuttiModels

/// What was said so far, and how much of it a model is sent with the next message.
struct ChatConversation: Sendable {
    let system: String?
    /// The most tokens that are sent, by an estimate.
    let tokensMax: Int
    private var told: [ChatExchange] = []

    init(system: String?, tokensMax: Int) {
        self.system = system
        self.tokensMax = tokensMax
    }

    /// How many exchanges a model could be told of.
    var count: Int { told.count }

    mutating func append(_ exchange: ChatExchange) {
        if exchange.isTold { told.append(exchange) }
    }

    /// The request for a message, behind the latest exchanges.
    func request(_ question: String, latest: Int) -> ModelRequest {
        let before = told.suffix(latest).flatMap { exchange in
            [ModelMessage.user(exchange.question), ModelMessage(role: .assistant, content: exchange.sayable)]
        }
        return ModelRequest(model: "", system: system, messages: before + [.user(question)])
    }

    /// How many of the latest exchanges fit before a message; `nil` when not even the message does.
    func latestFitting(_ question: String) -> Int? {
        var tokens = Int(CallEstimate.tokens(of: request(question, latest: 0)))
        guard tokens <= tokensMax else { return nil }
        var count = 0
        for exchange in told.reversed() {
            tokens += Int(exchange.tokens)
            guard tokens <= tokensMax else { break }
            count += 1
        }
        return count
    }
}

extension ChatExchange {
    /// The answer as the model gets it back: no calls of tools, to which nobody has a result.
    fileprivate var sayable: [ModelContent] {
        answer.filter { part in
            switch part {
            case .text(let text): !text.isEmpty
            case .reasoning: true
            case .image, .toolCall, .toolResult: false
            }
        }
    }

    /// What it adds to a request.
    fileprivate var tokens: Int64 {
        CallEstimate.tokens(
            of: ModelRequest(
                model: "", messages: [.user(question), ModelMessage(role: .assistant, content: sayable)]))
    }
}
