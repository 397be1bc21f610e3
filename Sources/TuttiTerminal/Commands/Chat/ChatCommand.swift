import Tutti
import TuttiAgents
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiTeams

/// `tutti chat`: a conversation with a model.
package enum ChatCommand: CommandHandler {
    package static let command = ChatCommands.chat

    /// Where the conversations of this process are cut short.
    static let cuts = AnswerCuts()

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let models = try context.pricedModels(configuration)
        if let typed = arguments[ChatFlags.resume] {
            return try await resume(typed, models, arguments, context)
        }
        guard let model = configuration.value(of: ConfigurationKeys.modelsDefault) else {
            throw try await noModel(configuration, context)
        }
        try check(model, models)
        let input = Chat.Input(
            model: model, system: try system(arguments, context), contextTokensMax: arguments[ChatFlags.contextTokens])
        do {
            try input.check()
        } catch {
            throw InputError(error.message)
        }
        let budget = try arguments[ChatFlags.budget].map(BudgetLimits.read)
        return try await context.withTutti(arguments) { tutti in
            let handle = try await tutti.start(Chat(models: models, cuts: cuts), input, budget: budget)
            try greet(handle.id, model, context)
            return try await sitting(handle.id, nil, tutti, arguments, context).follow(isNew: true)
        }
    }

    private static func system(_ arguments: Arguments, _ context: CommandContext) throws(InputError) -> String? {
        guard let typed = arguments[ChatFlags.system], typed.hasPrefix("@") else { return arguments[ChatFlags.system] }
        return try GivenValue.text(typed, context.input)
    }

    private static func sitting(
        _ run: RunID, _ model: String?, _ tutti: Tutti, _ arguments: Arguments, _ context: CommandContext
    ) -> ChatSitting {
        ChatSitting(
            run: run, tutti: tutti, cuts: cuts, model: model,
            options: ShowOptions(isJSON: arguments[Flags.json], isColourDeclined: arguments[Flags.noColor]),
            context: context)
    }

    private static func greet(_ run: RunID, _ model: String, _ context: CommandContext) throws(OutputError) {
        let keys = context.canAsk ? "; Ctrl-C cuts an answer or leaves, Ctrl-D ends" : ""
        try context.tell("\(run): a conversation with \(TerminalText.sanitized(model))\(keys)")
    }

    // MARK: Models

    /// A name that leads nowhere is refused before anything is begun.
    private static func check(_ model: String, _ models: any ModelSource) throws(InputError) {
        do {
            _ = try models.model(named: model)
        } catch {
            throw InputError((error as? any CodedError)?.message ?? "\(error)")
        }
    }

    /// Says how a model is named, and which there are.
    private static func noModel(_ configuration: Configuration, _ context: CommandContext) async throws -> InputError {
        let offers = await context.offeredModels(configuration)
        let found =
            offers.isEmpty
            ? "No provider is set up, and no model server was found on this machine. Set OPENAI_API_KEY, "
                + "ANTHROPIC_API_KEY, GEMINI_API_KEY or OPENROUTER_API_KEY, start Ollama, llama.cpp, vLLM or LM "
                + "Studio, or play a cassette: --model script/PATH"
            : "There is: \(offers.map { "--model \($0)" }.joined(separator: ", ")) (`tutti models ls` lists all)."
        return InputError(
            "no model is named: give one with --model PROVIDER/NAME, or set TUTTI_MODEL or models.default\n" + found)
    }

    // MARK: Going on

    private static func resume(
        _ typed: String, _ models: any ModelSource, _ arguments: Arguments, _ context: CommandContext
    ) async throws -> ExitCode {
        let raise = try arguments[ChatFlags.budget].map(BudgetLimits.readRaise)
        let (run, known) = try await RunJournal.read(run: typed, arguments, context) { record, store, _ in
            let summary = record.summary
            guard summary.workflow == Chat.name else {
                throw CommandFailure(
                    "\(summary.id) is no conversation but a run of '\(summary.workflow)'; go on with it by "
                        + "'tutti runs resume \(summary.id)'")
            }
            guard !summary.status.isFinal else {
                throw CommandFailure(
                    "\(summary.id) has ended (\(summary.status.rawValue)), so nothing more can be said in it; see "
                        + "'tutti runs show \(summary.id)', and begin a new one with 'tutti chat'")
            }
            let input = try CanonicalJSON.decode(Chat.Input.self, from: try await store.bytes(of: record.input))
            let said = try await ChatRecord.read(summary.id, after: 0, store).news.last?.exchange.model
            return (summary.id, said ?? input.model)
        }
        let named = arguments[ChatFlags.model]
        try check(named ?? known, models)
        return try await context.withTutti(arguments) { tutti in
            do {
                _ = try await tutti.engine.resume(run, raising: raise, as: Chat.Output.self)
            } catch let error as RunError where error.reason == .owned {
                try context.tell("tutti: \(error.message)")
                try await RunsResumeCommand.tellOwner(of: run, tutti, context)
                return .failed
            }
            try greet(run, named ?? known, context)
            return try await sitting(run, named == known ? nil : named, tutti, arguments, context).follow(isNew: false)
        }
    }
}
