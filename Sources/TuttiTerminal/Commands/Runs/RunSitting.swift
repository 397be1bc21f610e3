import Glibc
import Tutti
import TuttiAgents
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// A run that is at work in this process, until it has its end or is parked: shows what goes on, heeds signals, tells
/// what is asked of people, and hands out the result.
struct RunSitting: Sendable {
    let run: RunID
    let tutti: Tutti
    let arguments: Arguments
    let context: CommandContext
    /// Whether it goes on while the run waits for a person; else the run is parked then.
    let mayWait: Bool
    /// What becomes of a run of an agent behind its end; `nil` for nothing but what is shown.
    var agentEnding: AgentEnding?

    /// - Throws: `RunError` when the run ends without a result; `StoreError`.
    func follow() async throws -> ExitCode {
        guard let record = try await tutti.engine.store.run(run, tenant: RunReference.tenant) else { return .failed }
        return switch record.summary.workflow {
        case Roundtable.name: try await followRoundtable(record)
        case DefinedWorkflow.name: try await followDefinition(record)
        case Chat.name: try await followChat()
        case Agent.name: try await followAgent()
        default: try await followOther()
        }
    }

    private var options: ShowOptions {
        ShowOptions(isJSON: arguments[Flags.json], isColourDeclined: arguments[Flags.noColor])
    }

    // MARK: Roundtables

    private func followRoundtable(_ record: RunRecord) async throws -> ExitCode {
        let input = try CanonicalJSON.decode(
            RoundtableInput.self, from: try await tutti.engine.store.bytes(of: record.input))
        let sitting = RoundtableSitting(
            tutti: tutti, handle: tutti.engine.handle(of: run), input: input, source: nil,
            bar: input.toleratesAnyEnd == true ? .never : SeverityBar(rawValue: input.bar.rawValue) ?? .high,
            options: options, context: context)
        return try await sitting.follow()
    }

    // MARK: Workflow files

    private func followDefinition(_ record: RunRecord) async throws -> ExitCode {
        let input = try CanonicalJSON.decode(
            DefinitionInput.self, from: try await tutti.engine.store.bytes(of: record.input))
        let sitting = DefinitionSitting(
            tutti: tutti, handle: tutti.engine.handle(of: run), definition: input.definition, outputPath: nil,
            mayWait: mayWait, options: options, context: context)
        return try await sitting.follow()
    }

    // MARK: Conversations

    private func followChat() async throws -> ExitCode {
        let sitting = ChatSitting(
            run: run, tutti: tutti, cuts: ChatCommand.cuts, model: nil, options: options, context: context)
        return try await sitting.follow(isNew: false)
    }

    // MARK: Other workflows

    private func followOther() async throws -> ExitCode {
        let handle = tutti.engine.handle(of: run, as: JSONValue.self)
        do {
            let output = try await parkingOnSignals { try await handle.output }
            try show(output)
            try await keepPanel(output)
            return .reached
        } catch let error as RunError where error.reason == .interrupted {
            return try await ParkedRun.tell(of: run, tutti.engine.store, context)
        } catch let error as RunError where error.reason == .overBudget {
            return try await BudgetStop.tell(of: run, error, tutti.engine.store, context)
        }
    }

    /// Participants whose making was interrupted are kept as those that were not: the roundtable for which they were
    /// made has not begun.
    private func keepPanel(_ output: JSONValue) async throws {
        let record = try await tutti.engine.store.run(run, tenant: RunReference.tenant)
        guard let record, record.summary.workflow == PanelMaker.name,
            let made = try? CanonicalJSON.decode(PanelMaker.Output.self, from: CanonicalJSON.encode(output)),
            !made.panel.participants.isEmpty
        else { return }
        let input = try CanonicalJSON.decode(
            PanelMaker.Input.self, from: try await tutti.engine.store.bytes(of: record.input))
        let title = RoundtableInput(document: input.document, kind: made.kind).title
        let path = try PanelFile.keep(made.panel, for: title, home: tutti.home)
        try context.tell(
            "The participants are kept in \(path). Begin the roundtable with:\n  tutti roundtable FILE --preset "
                + ShellWord.quoted(path))
    }

    private func show(_ output: JSONValue) throws {
        if arguments[Flags.json] {
            try context.show(json: ["run": .string(run.text), "state": "completed", "output": output])
        } else {
            let text = String(decoding: try CanonicalJSON.encode(output), as: UTF8.self)
            let done = StateGlyph.done
            try context.show(
                [StyledLine("\(done.glyph) \(done.word)", done.role) + StyledLine("  \(run)  result: \(text)")],
                arguments)
        }
    }

    /// The first signal parks the run, the second ends the program. Questions to people are told beside it.
    func parkingOnSignals<Output: Sendable>(
        _ body: @escaping @Sendable () async throws -> Output
    ) async throws -> Output {
        try await withThrowingTaskGroup(of: Output?.self) { group in
            group.addTask { try await body() }
            group.addTask {
                var count = 0
                for await _ in Signals.stream(RoundtableSitting.signals) {
                    count += 1
                    if count > 1 { _exit(ExitCode.interrupted.rawValue) }
                    tutti.engine.park(run)
                }
                return nil
            }
            group.addTask {
                await tellQuestions()
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let output = result { return output }
            }
            throw CancellationError()
        }
    }

    // MARK: What people are asked

    /// Shows each question once, as soon as it is asked, and parks the run where nobody is to be waited for.
    private func tellQuestions() async {
        var told: Set<String> = []
        do {
            try await tellOpenQuestions(&told)
            let events: Set<String> = ["approval.requested", "step.completed", "step.failed", "wait.started"]
            for try await event in tutti.engine.handle(of: run, as: JSONValue.self).events
            where events.contains(event.type) {
                if event.type == "approval.requested" || !told.isEmpty { try await tellOpenQuestions(&told) }
            }
        } catch {
            // The end of the run tells what is wrong with the journal, and nobody may read any more.
        }
    }

    private func tellOpenQuestions(_ told: inout Set<String>) async throws {
        let store = tutti.engine.store
        let questions = try await ApprovalQuestion.open(of: run, in: store)
        for question in questions where told.insert(question.id).inserted {
            try context.hint(
                [question.head(at: SystemTimekeeper().now())] + question.body(atMost: Self.linesMax, all: questions)
                    + [StyledLine("  tutti runs approve \(run) \(question.word(among: questions))")], arguments)
        }
        guard !mayWait, !questions.isEmpty else { return }
        let summary = try await store.run(run, tenant: RunReference.tenant)?.summary
        if summary?.waitsForAnswer == true { tutti.engine.park(run) }
    }

    private static let linesMax = 12
}

/// A run that was left without an end: what for, and how it goes on.
enum ParkedRun {
    /// - Returns: ``ExitCode/waiting`` when it needs a person first.
    static func tell(of run: RunID, _ store: some JournalStore, _ context: CommandContext) async throws -> ExitCode {
        let summary = try await store.run(run, tenant: RunReference.tenant)?.summary
        let questions = try await ApprovalQuestion.open(of: run, in: store)
        guard summary?.waitsForAnswer == true, !questions.isEmpty else {
            try context.tell("The run is parked and nothing is lost. Go on with:\n  tutti runs resume \(run)")
            return .interrupted
        }
        try context.tell("The run is parked and waits for a person. Answer, and go on with:")
        for question in questions {
            try context.tell("  tutti runs approve \(run) \(question.word(among: questions)) --resume")
        }
        return .waiting
    }
}
