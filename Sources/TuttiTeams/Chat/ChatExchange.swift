public import TuttiCore
public import TuttiModels

/// What a person says in a conversation, as the signal ``Chat/saySignal`` brings it.
public struct ChatMessage: Codable, Sendable, Hashable {
    /// What is said.
    public var text: String
    /// Who is to answer from now on, as `provider/name`; `nil` for who has answered so far.
    public var model: String?

    /// A message from its parts.
    public init(_ text: String, model: String? = nil) {
        self.text = text
        self.model = model
    }

    /// A message as a signal brings it: an object, or just the text.
    package init?(signal: JSONValue) {
        if case .string(let text) = signal {
            self.init(text)
        } else if let read = try? CanonicalJSON.decode(ChatMessage.self, from: CanonicalJSON.encode(signal)) {
            self = read
        } else {
            return nil
        }
    }
}

/// A message with what became of it: an answer, a part of one, or an error.
public struct ChatExchange: Codable, Sendable, Hashable {
    /// How no answer came.
    public struct Failure: Codable, Sendable, Hashable {
        /// Stable, such as `unauthenticated`.
        public var code: String
        /// One sentence for people, with the way out.
        public var message: String
    }

    /// What the person has said.
    public var question: String
    /// Who was asked: `provider/name`.
    public var model: String
    /// What was answered, in order; empty when nothing was.
    public var answer: [ModelContent]
    /// Why the answer ended; `cut` for one that the person has cut short, `nil` when none came.
    public var finish: FinishReason?
    /// How it failed.
    public var failure: Failure?
    /// How many earlier exchanges the model was not told of, since the conversation had become too long.
    public var leftOut: Int
    /// What the calls have used.
    public var spending: Spending

    /// The text of the answer, without thoughts.
    public var text: String { ModelResponse(content: answer).text }
    /// Whether the person has cut the answer short.
    public var isCut: Bool { finish == .cut }
    /// Whether a model is told of it later: what has no answer is as if it had not been said.
    public var isTold: Bool { failure == nil && !text.isEmpty }
}

extension FinishReason {
    /// The person did not want to read on.
    public static let cut = FinishReason(rawValue: "cut")
}
