import TuttiAgents
import TuttiCore
import TuttiModels
import TuttiStore

/// One step with its result.
struct StepDetailView: Codable, Sendable {
    var step: StepView
    var output: JSONValue?
    /// Of a call of a model.
    var model: ModelCallView?

    init(_ step: StepView, output: JSONValue?, model: ModelCallView?) {
        self.step = step
        self.output = output
        self.model = model
    }

    init(from decoder: any Decoder) throws {
        step = try StepView(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        output = try container.decodeIfPresent(JSONValue.self, forKey: .output)
        model = try container.decodeIfPresent(ModelCallView.self, forKey: .model)
    }

    func encode(to encoder: any Encoder) throws {
        try step.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(output, forKey: .output)
        try container.encodeIfPresent(model, forKey: .model)
    }

    private enum CodingKeys: String, CodingKey {
        case output, model
    }
}

/// What a call of a model has answered, and what it has used.
struct ModelCallView: Codable, Sendable {
    /// `nil` in journals of older releases, as is what was asked.
    var model: String?
    var prompt: [PromptView]
    var finishReason: String
    var inputTokens: Int64
    var outputTokens: Int64
    var usd: String?
    /// What was answered, as it is shown to people.
    var text: String

    init(_ reply: ModelReply) {
        model = reply.question?.model
        prompt = reply.question.map(PromptView.all(of:)) ?? []
        finishReason = reply.response.finish.rawValue
        inputTokens = reply.spending.inputTokens
        outputTokens = reply.spending.outputTokens
        usd = reply.spending.usd?.decimal
        text = reply.response.text
    }
}

/// A part of what a model was asked.
struct PromptView: Codable, Sendable {
    var role: String
    /// What is text of it; other parts are named.
    var content: String

    static func all(of request: ModelQuestion) -> [PromptView] {
        let system = request.system.map { [PromptView(role: "system", content: $0)] } ?? []
        return system
            + request.messages.map {
                PromptView(role: $0.role.rawValue, content: $0.content.map(text).joined(separator: "\n"))
            }
    }

    private static func text(_ part: ModelContent) -> String {
        switch part {
        case .text(let text): text
        case .image: "(an image)"
        case .reasoning(let reasoning): reasoning.text
        case .toolCall(let call): "\(call.name)(\(call.arguments))"
        case .toolResult(let result):
            ([result.text] + result.images.map { _ in "(an image)" }).joined(separator: "\n")
        }
    }
}
