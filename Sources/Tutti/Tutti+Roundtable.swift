import FoundationEssentials
public import TuttiAgents
public import TuttiDocuments
import TuttiEngine
import TuttiProviders
public import TuttiTeams

extension Tutti {
    /// Has a document reviewed and refined, and waits for the result.
    ///
    /// ```swift
    /// let tutti = try await Tutti.open()
    /// let result = try await tutti.roundtable(text)
    /// print(result.outcome, result.rounds.count, result.document)
    /// ```
    ///
    /// - Parameters:
    ///   - document: Markdown or plain text.
    ///   - kind: what sort of document it is; `nil` to have it detected.
    ///   - roundtable: a team of one's own, of which all critics read; the offline rulebook unless another is given.
    ///   - configure: changes the input before the start: critics, rounds, threshold, bar.
    /// - Throws: `RunError` when the run fails, is cancelled or interrupted; `StoreError`.
    public func roundtable(
        _ document: String, kind: DocumentKind? = nil, with roundtable: Roundtable = Roundtable(),
        configure: (inout RoundtableInput) -> Void = { _ in }
    ) async throws -> RoundtableResult {
        var input = RoundtableInput(document: document, kind: kind)
        input.critics = roundtable.criticIDs
        configure(&input)
        return try await start(roundtable, input).output
    }

    /// Has a document reviewed and refined by a panel of participants for which a model speaks, and waits for the
    /// result.
    ///
    /// ```swift
    /// let result = try await tutti.roundtable(text, model: "ollama/qwen3:8b")
    /// ```
    ///
    /// - Parameters:
    ///   - document: Markdown or plain text.
    ///   - kind: what sort of document it is; `nil` to have it detected.
    ///   - model: speaks for the moderator, and for all participants that have no model of their own.
    ///   - models: where models are found by their names; `nil` for the known providers with the keys and addresses
    ///     of the environment.
    ///   - panel: who reads; `nil` for the preset that the kind of document suggests.
    ///   - configure: changes the input before the start: critics of the rulebook beside the panel, rounds, bar.
    /// - Throws: `RunError` when the run fails, is cancelled or interrupted, its cause naming a model that is not
    ///   there or a key that is missing; `StoreError`.
    public func roundtable(
        _ document: String, kind: DocumentKind? = nil, model: String, of models: (any ModelSource)? = nil,
        panel: Panel? = nil, configure: (inout RoundtableInput) -> Void = { _ in }
    ) async throws -> RoundtableResult {
        var input = RoundtableInput(document: document, kind: kind)
        let panel = try panel ?? Presets().named(Presets.name(for: input.kind))
        input.critics = []
        input.panel = panel
        input.models = ModelAssignment(model, for: panel)
        configure(&input)
        let found =
            models ?? PricedModels(ModelDirectory(ProviderSettings(environment: ProcessInfo.processInfo.environment)))
        return try await start(
            Roundtable(models: found, retrievers: FolderRetrievers(), memory: HomeMemory(home)), input
        ).output
    }
}
