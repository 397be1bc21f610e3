import FoundationEssentials
import Tutti
import TuttiAgents
import TuttiConfiguration
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiTeams

/// `tutti roundtable FILE`: reviews and refines a document.
package enum RoundtableCommand: CommandHandler {
    package static let command = Commands.roundtable

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let home = configuration.home.value
        let models = try models(arguments, configuration, context)
        var budget = try arguments[RunFlags.budget].map(BudgetLimits.read)
        let choice = try TableChoice(
            arguments, configuration, models, budget: budget, by: context.environment["USER"] ?? "the author")
        let roundtable = Roundtable(
            models: models, retrievers: FolderRetrievers(), memory: HomeMemory(home), delivery: RunFiles(home: home))
        var (input, source) = try input(arguments, configuration, roundtable)
        choice.apply(to: &input)
        try input.checkText()
        let maker = PanelMaker(models: models)
        let tutti = try await Tutti.open(home: home, workflows: [roundtable, maker])
        do {
            for notice in tutti.notices { try context.tell("note: \(notice)") }
            if !choice.models.isEmpty {
                let seating = TableSeating(choice: choice, maker: maker, tutti: tutti, context: context)
                try await seating.seat(&input, &budget)
            }
            try await tellOfInterrupted(input, tutti, context)
            let handle = try await tutti.start(roundtable, input, budget: budget)
            let sitting = RoundtableSitting(
                tutti: tutti, handle: handle, input: input, source: source,
                bar: configuration[ConfigurationKeys.failOn], options: ShowOptions(arguments, context), context: context
            )
            let code = try await sitting.follow()
            await tutti.close()
            if choice.models.isEmpty, !arguments[Flags.offline], !arguments[Flags.json] {
                try await context.offerModels(configuration)
            }
            return code
        } catch let error as PanelInterrupted {
            await tutti.close()
            return error.code
        } catch {
            await tutti.close()
            throw error
        }
    }

    private static func models(
        _ arguments: Arguments, _ configuration: Configuration, _ context: CommandContext
    ) throws(InputError) -> any ModelSource {
        guard let cassette = arguments[TableFlags.record] else { return try context.pricedModels(configuration) }
        return RecordedModels(
            context.models(configuration), prices: try context.prices(configuration), recordingTo: cassette)
    }

    // MARK: The input

    private static func input(
        _ arguments: Arguments, _ configuration: Configuration, _ roundtable: Roundtable
    ) throws -> (input: RoundtableInput, source: String) {
        let source = arguments[Words.document]
        let critics = try critics(configuration[ConfigurationKeys.critics], known: roundtable.criticIDs)
        let delivery = try delivery(arguments, source: source)
        let text = try DocumentReader.read(source)
        let named = arguments[Flags.kind].flatMap { $0 == Flags.kindByModel ? nil : $0 }
        let kind = try named.map { try DocumentKind(named: $0) }
        var input = RoundtableInput(document: text, title: arguments[Flags.title], kind: kind)
        if arguments[Flags.title] == nil, input.title == RoundtableInput.untitled, source != "-" {
            input.title = String(source.split(separator: "/").last ?? "Untitled")
        }
        input.critics = critics
        input.maxIterations = configuration[ConfigurationKeys.maxIterations]
        input.threshold = Double(configuration[ConfigurationKeys.thresholdPercent]) / 100
        input.bar = configuration[ConfigurationKeys.failOn].loopSeverity
        if configuration[ConfigurationKeys.failOn] == .never { input.toleratesAnyEnd = true }
        input.delivery = delivery
        return (input, source)
    }

    private static func critics(_ named: [String], known: [String]) throws(InputError) -> [String] {
        for (index, critic) in named.enumerated() {
            guard known.contains(critic) else {
                let hint = NearestName.find(critic, among: known).map { "; did you mean '\($0)'?" } ?? ""
                throw InputError(
                    "there is no critic '\(critic)'\(hint); there are: "
                        + known.joined(separator: ", "))
            }
            if named[..<index].contains(critic) { throw InputError("the critic '\(critic)' is named twice") }
        }
        return named
    }

    /// Where the results go, as absolute paths: whoever carries the run to its end may stand in another folder.
    private static func delivery(_ arguments: Arguments, source: String) throws(InputError) -> RoundtableInput.Delivery
    {
        var delivery = RoundtableInput.Delivery()
        var taken: [FilePlace: String] = [:]
        if source != "-", let place = FilePlace(source) { taken[place] = "the input, which is never changed" }
        if arguments[Flags.output] == "-", arguments[Flags.json] {
            throw InputError("-o - and --json would mix on standard output; name a file for the document")
        }
        if let output = arguments[Flags.output], output != "-" {
            try claim(output, for: "-o", &taken)
            delivery.document = absolute(output)
        }
        for report in arguments[Flags.report] {
            try claim(report, for: "--report", &taken)
            delivery.reports.append(absolute(report))
        }
        return delivery
    }

    private static func claim(_ path: String, for flag: String, _ taken: inout [FilePlace: String]) throws(InputError) {
        try FileWriter.checkWritable(path, for: flag)
        guard let place = FilePlace(path) else { return }
        if let owner = taken[place] { throw InputError("\(flag) \(path) is \(owner); name another file") }
        taken[place] = "the same file as \(flag) \(path)"
    }

    private static func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : FileManager.default.currentDirectoryPath + "/" + path
    }

    // MARK: What was begun before

    /// How many interrupted runs are compared with the new one.
    private static let comparedMax = 20

    /// Says which interrupted run did the same work, and what resuming it would save.
    private static func tellOfInterrupted(
        _ input: RoundtableInput, _ tutti: Tutti, _ context: CommandContext
    ) async throws {
        let store = tutti.engine.store
        let waiting = try await store.runs(RunFilter(statuses: [.waiting], limit: 200), tenant: RunReference.tenant)
        for run in waiting.filter({ $0.workflow == Roundtable.name }).prefix(comparedMax) {
            guard let record = try await store.run(run.id, tenant: RunReference.tenant) else { continue }
            let bytes = try await store.bytes(of: record.input)
            guard let known = try? CanonicalJSON.decode(RoundtableInput.self, from: bytes), known.isSameWork(as: input)
            else { continue }
            let steps = try await store.steps(of: run.id).count { $0.kind == .step && $0.ended != nil }
            guard steps > 0 else { continue }
            try context.tell(
                "note: \(run.id) was interrupted on the same document; "
                    + "`tutti runs resume \(run.id)` would save \(steps) \(steps == 1 ? "step" : "steps")")
            return
        }
    }
}
