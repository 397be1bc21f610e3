public import TuttiCore

/// A question whose answer is JSON, with at most one attempt at a repair.
///
/// ```swift
/// var exchange = JSONExchange(request, schema: try JSONSchema.of(Review.self))
/// var step = JSONExchange.Step.ask(exchange.request)
/// while case .ask(let request) = step {
///     step = exchange.take(try await provider.answer(request) { _ in })
/// }
/// ```
public struct JSONExchange: Sendable {
    /// What comes next.
    public enum Step: Sendable, Hashable {
        /// Ask this.
        case ask(ModelRequest)
        /// The value is there.
        case value(JSONValue)
        /// It is not, and asking once more would not be the first time, or would not help.
        case failed(JSONAnswerError)
    }

    /// The question.
    public let request: ModelRequest
    private let schema: JSONSchema
    private var isRepairing = false

    /// Bytes of a bad answer that the model is shown again.
    static let shownMax = 32 << 10

    /// A question.
    ///
    /// - Parameter schema: what the answer has to look like; taken in place of the request's own when it has one.
    public init(_ request: ModelRequest, schema: JSONSchema, name: String = "answer") {
        var request = request
        request.output = ModelOutputForm(name: name, schema: schema, isStrict: request.output?.isStrict ?? false)
        self.request = request
        self.schema = schema
    }

    /// Takes the answer.
    public mutating func take(_ response: ModelResponse) -> Step {
        do throws(JSONAnswerError) {
            return .value(try JSONAnswer.read(response, as: schema))
        } catch {
            guard !isRepairing, error.isRetryable else { return .failed(error) }
            isRepairing = true
            return .ask(repair(response, error))
        }
    }

    private func repair(_ response: ModelResponse, _ error: JSONAnswerError) -> ModelRequest {
        var again = request
        let said = Self.cut(response.text)
        if said.contains(where: { !$0.isWhitespace }) { again.messages.append(.assistant(said)) }
        again.messages.append(.user(Self.instruction(for: error)))
        again.idempotencyToken = request.idempotencyToken.map { $0 + "/repair" }
        return again
    }

    private static func instruction(for error: JSONAnswerError) -> String {
        let reason =
            switch error.problem {
            case .empty: "Your answer was empty."
            case .cut: "Your answer was too long and broke off. Give a shorter one."
            case .noJSON: "There was no JSON in your answer."
            case .violations(let violations):
                "Your answer does not fit the schema: \(JSONAnswerError.list(violations))."
            case .tooLarge, .refused: error.message
            }
        return reason + " Answer with the corrected JSON alone: no other text, no code fence."
    }

    private static func cut(_ text: String) -> String {
        guard text.utf8.count > shownMax else { return text }
        let end = text.utf8.index(text.startIndex, offsetBy: shownMax)
        return String(text.unicodeScalars[..<end]) + " … (cut)"
    }
}
