import FoundationEssentials
import Tutti
import TuttiAgents
import TuttiConfiguration
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiRuntime
import TuttiTeams

/// Who is to sit at a roundtable, as the flags say it.
struct TableChoice: Sendable {
    /// The models that were named, the first first; empty for the offline rulebook.
    let models: [ModelReference]
    let strategy: ModelStrategy
    /// A name or path; `nil` for what the kind of document suggests.
    let preset: String?
    let generatedCount: Int?
    let isToBeEdited: Bool
    let style: ParticipantStyle?
    let goal: String?
    let comments: [RoundtableComment]
    let contextFolder: String?
    /// The name under which participants remember; `nil` for none.
    let memory: String?
    let partTokensMax: Int?
    let forcesMaxIterations: Bool
    /// Critics of the rulebook that were named on the command line.
    let hasNamedCritics: Bool
    /// Whether calls are recorded in a cassette.
    let isRecorded: Bool
    /// Whether a model is to say what kind of document it is.
    let detectsKind: Bool
    /// Whether somebody has said what kind of document it is, or who is to find out.
    let namesKind: Bool
    private let source: any ModelSource
    private let budget: Budget?

    /// - Parameters:
    ///   - source: where all models are looked for before anything is started.
    ///   - person: who comments.
    /// - Throws: ``InputError`` for flags that do not go together, and for a model that cannot be asked.
    init(
        _ arguments: Arguments, _ configuration: Configuration, _ source: any ModelSource, budget: Budget?,
        by person: String
    ) throws(InputError) {
        var names = arguments[TableFlags.model] ?? []
        if names.isEmpty, !arguments[Flags.offline],
            let usual = configuration.value(of: ConfigurationKeys.modelsDefault)
        {
            names = [usual]
        }
        if arguments[Flags.offline], arguments[TableFlags.model] != nil {
            throw InputError("--offline and --model contradict each other; leave out one of them")
        }
        var models: [ModelReference] = []
        for name in names { models.append(try Self.model(name, source, budget)) }
        self.models = models
        strategy =
            arguments[TableFlags.strategy].flatMap(ModelStrategy.init(rawValue:))
            ?? (models.count > 1 ? .diverse : .perCritic)
        preset = arguments[TableFlags.preset]
        generatedCount = arguments[TableFlags.generate]
        isToBeEdited = arguments[TableFlags.edit]
        style = arguments[TableFlags.style].flatMap(ParticipantStyle.init(rawValue:))
        goal = arguments[TableFlags.goal]
        comments = arguments[TableFlags.comment].map { RoundtableComment(typed: $0, by: person) }
        contextFolder = try arguments[TableFlags.context].map(TableChoice.folder)
        memory = arguments[TableFlags.remember]
        partTokensMax = arguments[TableFlags.partTokens]
        forcesMaxIterations = arguments[TableFlags.forceMaxIterations]
        hasNamedCritics = arguments[Flags.critics] != nil
        isRecorded = arguments[TableFlags.record] != nil
        detectsKind = arguments[Flags.kind] == Flags.kindByModel
        namesKind = arguments[Flags.kind] != nil
        (self.source, self.budget) = (source, budget)
        try check()
    }

    private func check() throws(InputError) {
        if preset != nil, generatedCount != nil {
            throw InputError("--preset and --generate both say who sits at the table; leave out one of them")
        }
        for comment in comments {
            if let problem = comment.problem { throw InputError("--comment \(problem)") }
        }
        if let problem = memory.flatMap(TableMemory.problem) { throw InputError("--remember \(problem)") }
        if strategy == .diverse, Set(models).count < 2, !models.isEmpty {
            throw InputError("--models diverse needs at least two models, and --model names one")
        }
        guard models.isEmpty else { return }
        let wanting: [(String, Bool)] = [
            ("--preset", preset != nil), ("--generate", generatedCount != nil), ("--edit", isToBeEdited),
            ("--comment", !comments.isEmpty), ("--style", style != nil), ("--goal", goal != nil),
            ("--context", contextFolder != nil),
            ("--models", strategy != .perCritic), ("--kind model", detectsKind),
            ("--record", isRecorded), ("--remember", memory != nil),
        ]
        if let flag = wanting.first(where: { $0.1 }) {
            throw InputError(
                "\(flag.0) needs a model, and none is named: use --model provider/name, or set models.default; "
                    + "`tutti models ls` shows what is there")
        }
    }

    private static func folder(_ path: String) throws(InputError) -> String {
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw InputError("--context \(path): there is no such folder")
        }
        guard isFolder else { throw InputError("--context \(path) is a file; name the folder that it is in") }
        return path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    /// - Throws: ``InputError`` that names the key that is missing, the nearest name, or the price that nobody knows.
    private static func model(
        _ name: String, _ source: any ModelSource, _ budget: Budget?
    ) throws(InputError) -> ModelReference {
        let model: Model
        do {
            model = try source.model(named: name)
        } catch {
            throw InputError((error as? any CodedError)?.message ?? "\(error)")
        }
        // A cassette may be asked whose path no list of participants can name.
        guard let reference = ModelReference(name) else {
            throw InputError("--model '\(name.prefix(80))' does not fit; it takes \(ModelReference.expectation)")
        }
        guard budget?.usd != nil, model.price(at: SystemTimekeeper().now()) == nil else { return reference }
        throw InputError(
            "--budget is in dollars, and nobody knows the price of \(name); write it in the list that "
                + "models.prices names, or give a budget in tokens: --budget tokens=100000")
    }

    /// - Throws: ``InputError`` for a model of the panel's own that cannot be asked.
    private func checkModels(of input: RoundtableInput) throws(InputError) {
        let chosen = Set(models.map(\.description))
        for name in Set((input.models?.participants ?? [:]).values).subtracting(chosen).sorted() {
            do throws(InputError) {
                _ = try Self.model(name, source, budget)
            } catch {
                throw InputError("a participant of the panel has the model \(name): \(error.description)")
            }
        }
    }

    // MARK: The table

    /// Puts what does not need a model into the input.
    func apply(to input: inout RoundtableInput) {
        input.comments = comments.isEmpty ? nil : comments
        input.hearsComments = models.isEmpty ? nil : true
        input.forcesMaxIterations = forcesMaxIterations ? true : nil
        input.style = style
        input.contextFolder = contextFolder
        input.memory = memory
        input.partTokensMax = partTokensMax
    }

    /// Seats a panel.
    ///
    /// - Throws: ``InputError`` when a participant would have no model.
    func seat(_ panel: Panel, in input: inout RoundtableInput) throws(InputError) {
        var panel = panel
        if let goal { panel.goal = goal }
        do {
            let seats = try strategy.models(of: panel.participants, chosen: models)
            let names = zip(panel.participants, seats).map { ($0.name, $1.description) }
            input.models = ModelAssignment(
                participants: Dictionary(names, uniquingKeysWith: { first, _ in first }),
                moderator: models[0].description)
        } catch {
            throw InputError(error.message)
        }
        try checkModels(of: input)
        input.panel = panel
        if !hasNamedCritics { input.critics = [] }
        do {
            try input.check()
        } catch {
            throw InputError(error.message)
        }
    }
}
