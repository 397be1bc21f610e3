import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiModels
import TuttiProviders
import TuttiReadings

/// `tutti models ls`
package enum ModelsListCommand: CommandHandler {
    package static let command = ModelsCommands.list

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let directory = context.models(configuration)
        return try await context.untilSignal {
            let listings = await directory.listings(at: context.localServers, patience: context.localPatience)
            try Task.checkCancellation()
            try show(listings, default: configuration.value(of: ConfigurationKeys.modelsDefault), arguments, context)
            return .reached
        }
    }

    private static func show(
        _ listings: [ProviderListing], default model: String?, _ arguments: Arguments, _ context: CommandContext
    ) throws {
        if arguments[Flags.json] {
            return try context.show(
                json: ["default": .text(model), "providers": .array(listings.map(json))])
        }
        if listings.contains(where: { !$0.models.isEmpty }) { try context.show(table(listings), arguments) }
        try context.hint(notes(listings, default: model), arguments)
    }

    private static func table(_ listings: [ProviderListing]) -> TextTable {
        var table = TextTable([
            .init("MODEL", isFlexible: true), .init("CONTEXT", alignment: .trailing), .init("FROM"),
        ])
        for listing in listings {
            for model in listing.models {
                table.add([
                    StyledLine("\(listing.provider)/\(model.name)"),
                    StyledLine(model.contextTokens.map { String($0) } ?? "", .muted),
                    StyledLine(listing.url ?? "", .muted),
                ])
            }
        }
        return table
    }

    private static func notes(_ listings: [ProviderListing], default model: String?) -> [StyledLine] {
        var notes: [StyledLine] = []
        for listing in listings {
            let name = listing.url.map { "\(listing.provider) at \($0)" } ?? listing.provider
            if let problem = listing.problem {
                notes.append(StyledLine("\(name): \(problem.message)", .bad))
            } else if listing.url == nil {
                notes.append(StyledLine("\(name): put in by the program, which knows its models", .muted))
            } else if listing.models.isEmpty {
                notes.append(StyledLine("\(name): it has no models", .muted))
            }
            if let advice = listing.advice { notes.append(StyledLine("\(name): \(advice)", .muted)) }
        }
        if listings.isEmpty {
            notes.append(
                StyledLine(
                    "No provider is set up, and no model server was found on this machine. Set OPENAI_API_KEY, "
                        + "ANTHROPIC_API_KEY, GEMINI_API_KEY or OPENROUTER_API_KEY, or start Ollama, llama.cpp, vLLM "
                        + "or LM Studio."))
        }
        if let model { notes.append(StyledLine("Asked where no model is named: \(model)", .muted)) }
        return notes
    }

    private static func json(_ listing: ProviderListing) -> JSONValue {
        let models = listing.models.map { model -> JSONValue in
            [
                "name": .string("\(listing.provider)/\(model.name)"),
                "context_tokens": model.contextTokens.map { .int($0) } ?? .null,
                "output_tokens_max": model.outputTokensMax.map { .int($0) } ?? .null,
            ]
        }
        let problem = listing.problem.map { problem -> JSONValue in
            ["code": .string(problem.code), "message": .string(problem.message)]
        }
        return [
            "provider": .string(listing.provider), "url": .text(listing.url), "found": .bool(listing.isFound),
            "models": .array(models), "error": problem ?? .null, "advice": .text(listing.advice),
        ]
    }
}
