import Synchronization
import TuttiCore
import TuttiEngine
import TuttiModels

/// One call within a step: capped by what may be spent, streamed while it comes, and accounted for however it ends.
struct ModelCall: Sendable {
    let model: Model
    /// Tokens of an answer for which a call is worth its beginning.
    private static let outputTokensLeast: Int64 = 256

    private let request: ModelRequest
    /// How many of the first messages earlier steps of the run hold.
    private let known: Int
    /// What attempts that failed have used.
    private let lost = LostSpending()

    init(model: Model, request: ModelRequest, known: Int = 0) {
        self.model = model
        self.request = request
        self.known = known
    }

    /// What a call is going to cost at the most.
    func charge(at now: Timestamp) -> Charge {
        let estimate = estimate(at: now)
        let least = estimate.inputTokens + min(estimate.outputTokensMax, Self.outputTokensLeast)
        return Charge(
            tokens: max(1, estimate.tokens), atLeast: max(1, least), usdPerMillionTokens: estimate.usdPerMillionTokens)
    }

    private func estimate(at now: Timestamp) -> CallEstimate {
        CallEstimate(request, price: model.price(at: now))
    }

    /// Asks; to be called within a step.
    func answer() async throws -> ModelReply {
        guard let step = StepContext.current else {
            preconditionFailure("a call of a model is made within a step, so that it is recorded")
        }
        var request = self.request
        request.idempotencyToken = step.idempotencyToken
        let allowance = step.allowance
        if allowance.tokens != nil || allowance.usd != nil {
            // The hold has granted at least what makes sense.
            let estimate = estimate(at: step.started)
            request.outputTokensMax = estimate.outputTokens(within: allowance.tokens, usd: allowance.usd) ?? 1
        }
        do {
            return try await ask(request, in: step)
        } catch let error as ModelError where request.output != nil && Self.isAboutForm(error) {
            // Nothing was paid. The form is asked for by words, too, and checked when the answer has come.
            request.output = nil
            return try await ask(request, in: step)
        }
    }

    /// Whether a provider does not know how to answer in the form of a schema.
    private static func isAboutForm(_ error: ModelError) -> Bool {
        error.kind == .badRequest
            && error.parameter.map { parameter in
                formFields.contains { parameter == $0 || parameter.hasPrefix($0 + ".") }
            } ?? false
    }

    private static let formFields = [
        "response_format", "text.format", "output_config", "responseJsonSchema", "responseMimeType",
    ]

    private func ask(_ request: ModelRequest, in step: StepContext) async throws -> ModelReply {
        let received = Atomic(0)
        do {
            let response = try await model.provider.answer(request) { event in
                switch event {
                case .text(let text):
                    received.add(text.utf8.count, ordering: .relaxed)
                    step.stream(text)
                case .reasoning(let text): received.add(text.utf8.count, ordering: .relaxed)
                case .toolCall(let delta): received.add(delta.arguments.utf8.count, ordering: .relaxed)
                case .reasoningSeal, .usage, .finished: break
                }
            }
            let usage = response.usage ?? .estimated(request, answer: response.content)
            return ModelReply(
                response: response, spending: account(usage, in: step) + (lost.spending ?? Spending()),
                question: ModelQuestion(request, known: known))
        } catch {
            account(error, received: Int64(received.load(ordering: .relaxed)), of: request, in: step)
            guard let error = error as? any CodedError, let spending = lost.spending else { throw error }
            throw FailedCall(error, after: spending)
        }
    }

    private func account(_ usage: ModelUsage, isAll: Bool = true, in step: StepContext) -> Spending {
        let price = model.price(at: step.started)
        let usd = usage.reportedCost ?? price?.cost(of: usage)
        step.spend(tokens: usage.total, usd: usd ?? price?.costForBudget(of: usage), isAll: isAll)
        return Spending(calls: 1, inputTokens: usage.input, outputTokens: usage.output, usd: usd)
    }

    /// What a call that failed is taken for: what was counted, else a guess once the provider had begun to work. A
    /// refusal costs nothing.
    private func account(_ error: any Error, received: Int64, of request: ModelRequest, in step: StepContext) {
        let failure = error as? ModelError
        // Some count what they send only in the end, and say 1 until then.
        let outputLeast = received / CallEstimate.bytesPerToken
        if var usage = failure?.usage {
            let isWhole = usage.output >= outputLeast
            if !isWhole { (usage.output, usage.isEstimated) = (outputLeast, true) }
            lost.add(account(usage, isAll: isWhole, in: step))
        } else if received > 0 || failure.map(Self.mayHaveWorked) ?? true {
            var usage = ModelUsage.estimated(request, answer: [])
            usage.output = outputLeast
            lost.add(account(usage, isAll: false, in: step))
        } else {
            step.spend(tokens: 0, usd: nil, isAll: true)
        }
    }

    /// Whether the provider may have worked, though nothing of it has come.
    private static func mayHaveWorked(_ failure: ModelError) -> Bool {
        switch failure.kind {
        case .cutOff, .timedOut, .answerTooLarge: true
        case .malformed: failure.isRetryable  // else it was no provider that answered
        default: false
        }
    }
}

/// What the attempts of one step have used that came to nothing, as far as this process has seen them.
private final class LostSpending: Sendable {
    private let sum = Mutex<Spending?>(nil)

    var spending: Spending? { sum.withLock { $0 } }

    func add(_ spending: Spending) { sum.withLock { $0 = ($0 ?? Spending()) + spending } }
}
