import FoundationEssentials
import Synchronization
import TuttiCore
import TuttiModels
import TuttiRuntime

/// How a short call went.
struct ModelTrial: Sendable {
    /// What was asked, as it is shown.
    let name: String
    var response: ModelResponse?
    var error: (any CodedError)?
    var firstToken: Duration?
    var total: Duration = .zero
    /// Pieces of text or thought that came one after the other; a server that does not stream sends one.
    var pieces = 0
    /// What was counted, also of a call that failed.
    var usage: ModelUsage?
    var cost: USD?
    /// How the call of a tool went; `nil` where it was not tried.
    var tool: ToolTrial?
    /// How many models a provider has that was asked for its list only; `nil` when a model was asked.
    var listed: Int?

    init(_ name: String) { self.name = name }

    init(_ name: String, failedWith error: any CodedError) { (self.name, self.error) = (name, error) }

    /// How it went to have a tool called.
    struct ToolTrial: Sendable {
        /// Why there was no call; `nil` when there was one.
        var problem: String?
        var code: String?
        var total: Duration
        var cost: USD?
    }

    /// What is asked; anybody can answer it, and it has more than one token.
    static let question = "Answer with these four words: ready when you are"
    static let toolQuestion = "Call the tool 'report' with the word ready."
    /// Enough for models that think before they speak.
    static let outputTokensMax = 1024

    /// What the provider says about its error. It was asked nothing that is secret.
    var reason: String? {
        let message = (error as? ModelError)?.providerMessage?.revealed
        return message.map { CleanText.line($0, bytesMax: 500) }
    }

    /// What all of it has cost; `nil` when that of a part is not known.
    var costOfAll: USD? {
        guard let tool else { return cost }
        guard let cost, let more = tool.cost else { return nil }
        return USD(microdollars: cost.microdollars + more.microdollars)
    }

    /// Whether the provider took the key; `nil` when it did not come to that.
    var takesKey: Bool? {
        guard let error else { return true }
        switch (error as? ModelError)?.kind {
        case .unauthenticated?, .forbidden?: return false
        case .modelNotFound?, .rateLimited?, .quotaExhausted?, .refused?, .contextTooLong?: return true
        default: return nil
        }
    }

    /// Whether there is such a model; `nil` when it did not come to that.
    var knowsName: Bool? {
        guard let error else { return listed == nil ? true : nil }
        return (error as? ModelError)?.kind == .modelNotFound ? false : nil
    }

    /// Whether the answer came piece by piece and to its end; `nil` when it came in one piece, as a short one may.
    var streams: Bool? {
        if let error { return (error as? ModelError)?.kind == .cutOff ? false : nil }
        return pieces > 1 ? true : nil
    }

    /// Asks a model a question, and then to call a tool.
    static func of(
        _ provider: any ModelProvider, model: String, price: ModelPrice?, name: String, tools: Bool = true,
        clock: any Timekeeper = SystemTimekeeper()
    ) async -> ModelTrial {
        var trial = await ModelTrial.asking(
            ModelRequest(
                model: model, messages: [.user(question)], outputTokensMax: outputTokensMax),
            of: provider, price, name: name, clock)
        guard trial.error == nil, tools, !Task.isCancelled else { return trial }
        let second = await ModelTrial.asking(
            ModelRequest(
                model: model, messages: [.user(toolQuestion)], tools: [tool], toolChoice: .required,
                outputTokensMax: outputTokensMax),
            of: provider, price, name: name, clock)
        trial.tool = ToolTrial(
            problem: second.toolProblem, code: second.error?.code, total: second.total, cost: second.cost)
        return trial
    }

    private static let tool = ModelTool(
        name: "report", description: "Reports a word.", schema: .object([.required("word", .string())]))

    /// Why no tool was called as it was asked for.
    private var toolProblem: String? {
        if let error { return error.message }
        guard let call = response?.toolCalls.first else { return "the model answered in words" }
        guard call.name == "report", case .object? = try? WireJSON.read(Data(call.arguments.utf8)) else {
            return "the model called it wrongly"
        }
        return nil
    }

    private static func asking(
        _ request: ModelRequest, of provider: any ModelProvider, _ price: ModelPrice?, name: String,
        _ clock: any Timekeeper
    ) async -> ModelTrial {
        let start = clock.uptime()
        let heard = Mutex<(first: Duration?, pieces: Int)>((nil, 0))
        var trial = ModelTrial(name)
        do {
            let response = try await provider.answer(request) { event in
                let now = clock.uptime()
                switch event {
                case .text, .reasoning, .toolCall: heard.withLock { $0 = ($0.first ?? now - start, $0.pieces + 1) }
                case .reasoningSeal, .usage, .finished: break
                }
            }
            trial.response = response
            trial.usage = response.usage
        } catch let error as any CodedError {
            trial.error = error
            trial.usage = (error as? ModelError)?.usage
        } catch {
            trial.error = ModelError(.providerFailed, .never, "the call was given up: \(error)")
        }
        trial.total = clock.uptime() - start
        (trial.firstToken, trial.pieces) = heard.withLock { $0 }
        trial.cost = trial.usage.flatMap { $0.reportedCost ?? price?.cost(of: $0) }
        return trial
    }
}
