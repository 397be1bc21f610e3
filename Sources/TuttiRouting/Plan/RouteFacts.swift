package import TuttiModels

/// What has to be known of a request to choose where it goes.
package struct RouteFacts: Sendable, Hashable, Codable {
    /// Tokens sent, as far as they can be estimated.
    package var inputTokens: Int64
    /// The most tokens of the answer.
    package var outputTokensMax: Int64
    package var needsTools: Bool
    package var needsVision: Bool
    package var needsSchema: Bool
    /// Where it has to be computed; `nil` for anywhere.
    package var region: String?
    /// What is the same for all calls that should stay together.
    package var session: String?
    package var priority: RoutePriority
    /// Words for what is to be done, for routes that score.
    package var task: String?
    /// Whether the answer is given piece by piece.
    package var isStreamed = true

    package init(
        inputTokens: Int64 = 0, outputTokensMax: Int64 = Int64(CallEstimate.outputTokensDefault),
        needsTools: Bool = false, needsVision: Bool = false, needsSchema: Bool = false, region: String? = nil,
        session: String? = nil, priority: RoutePriority = .medium, task: String? = nil
    ) {
        self.inputTokens = inputTokens
        self.outputTokensMax = outputTokensMax
        self.needsTools = needsTools
        self.needsVision = needsVision
        self.needsSchema = needsSchema
        self.region = region
        self.session = session
        self.priority = priority
        self.task = task
    }

    /// What a request says by itself; its person's name stands for the session, and what was said last for the task.
    package init(_ request: ModelRequest) {
        let estimate = CallEstimate(request, price: nil)
        let hasPicture = request.messages.contains { message in
            message.content.contains { if case .image = $0 { true } else { false } }
        }
        self.init(
            inputTokens: estimate.inputTokens, outputTokensMax: estimate.outputTokensMax,
            needsTools: !request.tools.isEmpty, needsVision: hasPicture, needsSchema: request.output != nil,
            session: request.user, task: request.messages.last { $0.role == .user }?.words)
    }

    private enum CodingKeys: String, CodingKey {
        case region, session, priority, task
        case isStreamed = "streamed"
        case inputTokens = "input_tokens"
        case outputTokensMax = "output_tokens_max"
        case needsTools = "needs_tools"
        case needsVision = "needs_vision"
        case needsSchema = "needs_schema"
    }
}

extension ModelMessage {
    /// The texts of a turn; `nil` for one without any.
    fileprivate var words: String? {
        let texts = content.compactMap { if case .text(let text) = $0 { text } else { nil } }
        return texts.count > 1 ? texts.joined(separator: "\n") : texts.first
    }
}

/// How much hangs on a call.
package enum RoutePriority: String, Sendable, Hashable, Codable, CaseIterable {
    /// It goes also where there is more to do than can be done.
    case critical
    case high, medium, low
}
