import FoundationEssentials
import Glibc
import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiReadings
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// One roundtable from its start, or its resumption, to its end: shows its progress, heeds signals, hands out results.
struct RoundtableSitting: Sendable {
    let tutti: Tutti
    let handle: RunHandle<RoundtableResult>
    let input: RoundtableInput
    /// The input file as it was typed; `nil` for a run that was taken up again.
    let source: String?
    let bar: SeverityBar
    let options: ShowOptions
    let context: CommandContext

    /// Ctrl-C, a closed terminal, and the polite request of a supervisor.
    static let signals: [Int32] = [SIGINT, SIGHUP, SIGTERM]
    /// How long SIGTERM lets the steps in flight finish.
    private static let grace: Duration = .seconds(10)

    /// Waits for the end, and shows and writes what came out.
    func follow() async throws -> ExitCode {
        let display = RoundtableDisplay(input: input, options: options, context: context)
        let outcome = await withTaskGroup(of: Void.self) { group in
            group.addTask { await display.animate() }
            group.addTask { await heedSignals(display) }
            defer { group.cancelAll() }
            async let watching: Void = display.watch(handle, tutti.engine)
            let result: Result<RoundtableResult, any Error>
            do { result = .success(try await handle.output) } catch { result = .failure(error) }
            // It ends with the last event, which may come after the result; of a broken journal nothing more comes.
            if case .failure(let error) = result, !(error is RunError) { return result }
            await watching
            return result
        }
        switch outcome {
        case .success(let result):
            display.end(as: RoundtableEnding(result.outcome))
            return try await conclude(result)
        case .failure(let error):
            display.end(as: (error as? RunError)?.ending ?? .failed)
            return try await report(error)
        }
    }

    // MARK: Signals

    private func heedSignals(_ display: RoundtableDisplay) async {
        var count = 0
        for await signal in Signals.stream(Self.signals) {
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

    // MARK: The end

    private func conclude(_ result: RoundtableResult) async throws -> ExitCode {
        let report = RoundtableReport(run: handle.id, input: input, result: result)
        let files = RunFiles(home: tutti.home).places(of: handle.id, input, isDelivered: result.undelivered == nil)
        if options.isJSON { try context.output.write(String(decoding: try report.json(), as: UTF8.self) + "\n") }
        if options.documentToOutput && !options.isJSON { try context.output.write(result.document) }
        let forPeople = options.isJSON || options.documentToOutput ? context.progress : context.output
        let style = Style(
            environment: context.environment, isTerminal: forPeople.terminalSize != nil,
            isDeclined: options.isColourDeclined)
        let page = RoundtableSummary(
            report: report, changes: result.changes, files: files, source: source, bar: bar, showsAll: options.showsAll,
            width: forPeople.terminalSize?.columns)
        for line in page.lines { try forPeople.write(line.rendered(style) + "\n") }
        if let problem = result.unremembered {
            try context.tell("tutti: what was found could not be remembered: \(problem)")
        }
        if let problem = result.undelivered {
            try context.tell("tutti: \(problem); it is kept in \(files.folder)")
            return .failed
        }
        return code(of: result)
    }

    private func code(of result: RoundtableResult) -> ExitCode {
        if result.isGoalReached { return .reached }
        if result.outcome == .stalled { return .failed }
        return result.outcome != .custom && bar == .never ? .reached : .notReached
    }

    private func report(_ error: any Error) async throws -> ExitCode {
        guard let error = error as? RunError else { throw error }
        switch error.reason {
        case .interrupted: return try await ParkedRun.tell(of: handle.id, tutti.engine.store, context)
        case .overBudget: return try await BudgetStop.tell(of: handle.id, error, tutti.engine.store, context)
        default: throw error
        }
    }
}

extension RunError {
    fileprivate var ending: RoundtableEnding {
        switch reason {
        case .cancelled: .cancelled
        case .interrupted, .overBudget: .interrupted
        default: .failed
        }
    }
}
