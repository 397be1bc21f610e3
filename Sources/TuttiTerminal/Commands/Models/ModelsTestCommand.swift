import Synchronization
import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiModels
import TuttiProviders
import TuttiRuntime

/// `tutti models test [MODEL]`
package enum ModelsTestCommand: CommandHandler {
    package static let command = ModelsCommands.test

    /// What is asked; anybody can answer it in a word.
    static let question = "Answer with the one word: ready"
    /// Enough for models that think before they speak.
    static let outputTokensMax = 1024

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let prices = try context.prices(configuration)
        guard
            let name = arguments[ModelsWords.model] ?? configuration.value(of: ConfigurationKeys.modelsDefault)
        else {
            throw InputError(
                "no model is named: give one as PROVIDER/NAME, or set models.default or TUTTI_MODEL ('tutti models "
                    + "ls' lists them)")
        }
        let directory = context.models(configuration)
        let found = try resolve(name, recordingTo: arguments[ModelsFlags.record], in: directory)
        return try await context.untilSignal {
            let trial = await ModelTrial.of(found.provider, model: found.model, prices: prices, name: name)
            try Task.checkCancellation()
            if arguments[Flags.json] {
                try context.show(json: trial.json)
            } else if let error = trial.error {
                throw CommandFailure("\(name): \(error.message)" + (trial.reason.map { "\nIt says: \($0)" } ?? ""))
            } else {
                try context.show(trial.lines, arguments)
            }
            return trial.error == nil ? .reached : .failed
        }
    }

    private static func resolve(
        _ name: String, recordingTo path: String?, in directory: ModelDirectory
    ) throws(InputError) -> (provider: any ModelProvider, model: String) {
        do throws(ModelDirectoryError) {
            guard let path else { return try directory.resolve(name) }
            return try directory.recording(name, to: path)
        } catch {
            throw InputError(error.message)
        }
    }
}

/// How a short call went.
struct ModelTrial: Sendable {
    /// The model's full name.
    let name: String
    var response: ModelResponse?
    var error: (any CodedError)?
    var firstToken: Duration?
    var total: Duration
    /// What was counted, also of a call that failed.
    var usage: ModelUsage?
    var cost: USD?

    /// What the provider says about its error. It was asked nothing that is secret.
    var reason: String? {
        let message = (error as? ModelError)?.providerMessage?.revealed
        return message.map { CleanText.line($0, bytesMax: 500) }
    }

    static func of(
        _ provider: any ModelProvider, model: String, prices: PriceTable, name: String,
        clock: any Timekeeper = SystemTimekeeper()
    ) async -> ModelTrial {
        let request = ModelRequest(
            model: model, messages: [.user(ModelsTestCommand.question)],
            outputTokensMax: ModelsTestCommand.outputTokensMax)
        let start = clock.uptime()
        let first = Mutex<Duration?>(nil)
        var trial = ModelTrial(name: name, total: .zero)
        do {
            let response = try await provider.answer(request) { event in
                let now = clock.uptime()
                switch event {
                case .text, .reasoning, .toolCall: first.withLock { $0 = $0 ?? now - start }
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
        trial.firstToken = first.withLock { $0 }
        let parts = name.split(separator: "/", maxSplits: 1)
        let price = prices.price(of: model, from: parts.first.map { String($0) } ?? "", at: clock.now())
        trial.cost = trial.usage.flatMap { $0.reportedCost ?? price?.cost(of: $0) }
        return trial
    }

    /// For people.
    var lines: [StyledLine] {
        let text = response?.text.split(whereSeparator: \.isNewline).first.map { String($0.prefix(200)) } ?? ""
        return [
            StyledLine("\(name) answers", .good),
            StyledLine("  answer       \(text.isEmpty ? "no text (\(response?.finish.rawValue ?? ""))" : text)"),
            StyledLine("  first token  \(firstToken.map { "\($0.milliseconds) ms" } ?? "none came")"),
            StyledLine("  total        \(total.milliseconds) ms"),
            StyledLine("  tokens       \(usage.map { "\($0.input) sent, \($0.output) received" } ?? "not told")"),
            StyledLine("  cost         \(cost?.description ?? "no price known (models.prices names a list)")"),
        ]
    }

    /// For programs.
    var json: JSONValue {
        let tokens = usage.map { usage -> JSONValue in
            [
                "uncached_input": .int(usage.uncachedInput), "cache_read": .int(usage.cacheRead),
                "cache_write": .int(usage.cacheWrite), "output": .int(usage.output), "reasoning": .int(usage.reasoning),
            ]
        }
        let failure = error.map { error -> JSONValue in
            [
                "code": .string(error.code), "message": .string(error.message), "reason": .text(reason),
                "data": error.data ?? .null,
            ]
        }
        return [
            "model": .string(name), "ok": .bool(error == nil), "answer": .text(response?.text),
            "finish": .text(response?.finish.rawValue), "first_token_ms": .milliseconds(firstToken),
            "total_ms": .milliseconds(total), "usage": tokens ?? .null,
            "cost_microdollars": cost.map { .int($0.microdollars) } ?? .null, "error": failure ?? .null,
        ]
    }
}
