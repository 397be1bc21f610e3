import FoundationEssentials
import Glibc
import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// One run of a workflow file from its start, or its resumption, to its end: shows its progress and its questions,
/// heeds signals, hands out the output.
struct DefinitionSitting: Sendable {
    let tutti: Tutti
    let handle: RunHandle<JSONValue>
    let definition: WorkflowDefinition
    /// Where the output goes; `-` for standard output, `nil` for nowhere but the journal.
    let outputPath: String?
    /// Whether it goes on while the run waits for people; else the run is parked then.
    let mayWait: Bool
    let options: ShowOptions
    let context: CommandContext

    private static let grace: Duration = .seconds(10)
    /// Lines of an output that are shown to people.
    private static let linesMax = 40

    /// Waits for the end, and shows and writes what came out.
    func follow() async throws -> ExitCode {
        let display = DefinitionDisplay(definition, options, context)
        let (outcome, isLeftToPeople) = await withTaskGroup(of: Void.self) { group in
            group.addTask { await display.animate() }
            group.addTask { await heedSignals(display) }
            defer { group.cancelAll() }
            async let watching = watch(display)
            let result: Result<JSONValue, any Error>
            do { result = .success(try await handle.output) } catch { result = .failure(error) }
            // It ends with the last event, which may come after the result; of a broken journal nothing more comes.
            if case .failure(let error) = result, !(error is RunError) { return (result, false) }
            return (result, await watching)
        }
        display.end()
        switch outcome {
        case .success(let output): return try conclude(output)
        case .failure(let error as RunError):
            return try await report(error, isLeftToPeople ? display.questions : [])
        case .failure(let error): throw error
        }
    }

    // MARK: Signals and people

    /// Shows what happens until the last event; tells whether the run was parked, since it waits for people.
    private func watch(_ display: DefinitionDisplay) async -> Bool {
        var isLeftToPeople = false
        await display.watch(handle, tutti.engine) {
            guard !mayWait, try await waitsForPeople(display) else { return }
            isLeftToPeople = true
            tutti.engine.park(handle.id)
        }
        return isLeftToPeople
    }

    private func heedSignals(_ display: DefinitionDisplay) async {
        var count = 0
        for await signal in Signals.stream(RoundtableSitting.signals) {
            count += 1
            if count > 1 {
                display.restore()
                _exit(ExitCode.interrupted.rawValue)
            }
            if signal == SIGTERM {
                display.note("finishing the steps in flight; a second signal ends at once")
                Task { await tutti.engine.drain(atMost: Self.grace) }
            } else {
                display.note("parking the run; a second signal ends at once")
                tutti.engine.park(handle.id)
            }
        }
    }

    /// Whether nothing but people can let the run go on: something is asked, and no answer is on its way.
    private func waitsForPeople(_ display: DefinitionDisplay) async throws -> Bool {
        let questions = display.openQuestions
        guard !questions.isEmpty else { return false }
        let inbox = try await tutti.engine.store.inbox(of: handle.id, limit: InboxLimits.waitingMax)
        return questions.allSatisfy { question in
            switch question {
            case .approval(let name): inbox.contains { $0.kind == .approval && $0.name == name && $0.answer == nil }
            case .signal(let name): !inbox.contains { $0.kind == .signal && $0.name == name && $0.consumedBy == nil }
            }
        }
    }

    // MARK: The end

    private func conclude(_ output: JSONValue) throws -> ExitCode {
        if let outputPath, outputPath != "-" { try write(output, to: outputPath) }
        if options.isJSON {
            try context.show(json: [
                "run": .string(handle.id.text), "workflow": .string(definition.name), "state": "completed",
                "output": output,
            ])
            return .reached
        }
        let isData = outputPath == "-"
        if isData { try context.output.write(output.readableText + "\n") }
        let sink = isData ? context.progress : context.output
        let style = Style(
            environment: context.environment, isTerminal: sink.terminalSize != nil,
            isDeclined: options.isColourDeclined)
        try sink.write((summary(of: output)).map { $0.rendered(style) + "\n" }.joined())
        return .reached
    }

    private func summary(of output: JSONValue) -> [StyledLine] {
        let done = StateGlyph.done
        var lines = [
            StyledLine("\(done.glyph) \(done.word)", done.role)
                + StyledLine("  \(definition.name), \(CountText.text(definition.steps.count, "step"))")
        ]
        if outputPath == nil {
            let text = output.lines
            lines += text.prefix(Self.linesMax).map { StyledLine("  " + $0) }
            let rest = text.count - Self.linesMax
            if rest > 0 {
                lines.append(StyledLine("  … \(CountText.text(rest, "more line")); -o FILE has all", .muted))
            }
        } else if let outputPath, outputPath != "-" {
            lines.append(StyledLine("Output:  ", .strong) + StyledLine(outputPath))
        }
        lines.append(StyledLine("Run:     ", .strong) + StyledLine(handle.id.text))
        lines.append(StyledLine("Next:    ", .strong) + StyledLine("tutti runs show \(handle.id)"))
        return lines
    }

    private func write(_ output: JSONValue, to path: String) throws {
        let isJSON = path.hasSuffix(".json") || output.stringValue == nil
        let text = isJSON ? try CanonicalJSON.encodePretty(output) + Data("\n".utf8) : Data(output.readableText.utf8)
        try FileWriter.write(text, to: path)
    }

    private func report(_ error: RunError, _ questions: [DefinitionState.Question]) async throws -> ExitCode {
        switch error.reason {
        case .interrupted where !questions.isEmpty: return try leaveToPeople(questions)
        case .interrupted:
            try context.tell("The run is parked and nothing is lost. Go on with:\n  tutti runs resume \(handle.id)")
            if outputPath != nil { try context.tell("-o is of this command only; the output is shown then.") }
            return .interrupted
        case .overBudget: return try await BudgetStop.tell(of: handle.id, error, tutti.engine.store, context)
        default:
            try context.tell("tutti: \(error.message)\nNext: tutti runs show \(handle.id)")
            return .failed
        }
    }

    private func leaveToPeople(_ questions: [DefinitionState.Question]) throws -> ExitCode {
        let commands = questions.map { question in
            switch question {
            case .approval(let name): "tutti runs approve \(handle.id) \(name)"
            case .signal(let name): "tutti runs signal \(handle.id) \(name)"
            }
        }
        if options.isJSON {
            try context.show(json: [
                "run": .string(handle.id.text), "workflow": .string(definition.name), "state": "waiting",
                "answers": .array(commands.map { .string($0) }),
            ])
        }
        try context.tell("The run is parked and waits for a person. Answer, then go on:")
        for command in commands { try context.tell("  \(command)") }
        try context.tell("  tutti runs resume \(handle.id)")
        return .waiting
    }
}
