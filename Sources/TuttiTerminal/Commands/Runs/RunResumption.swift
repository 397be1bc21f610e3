import Glibc
import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiRuntime
import TuttiStore
import TuttiTeams

/// Goes on with one run and waits for its end.
struct RunResumption: Sendable {
    let run: RunID
    let tutti: Tutti
    let arguments: Arguments
    let context: CommandContext

    /// - Throws: ``CommandFailure`` when it has ended before; `RunError` when it cannot be taken up, or ends without a
    ///   result.
    func carryOut() async throws -> ExitCode {
        let store = tutti.engine.store
        let summary = try await store.run(run, tenant: RunReference.tenant)?.summary
        if let summary, summary.status.isFinal {
            throw CommandFailure("\(run) has ended (\(summary.status.rawValue)); see 'tutti runs show \(run)'")
        }
        let recorded = try await store.steps(of: run).count { $0.kind == .step && $0.ended != nil }
        switch summary?.workflow {
        case Roundtable.name: return try await sitAgain(recorded)
        case DefinedWorkflow.name: return try await runAgain(recorded)
        default: return try await goOn(recorded)
        }
    }

    private func tell(recorded: Int) throws {
        let steps = CountText.text(recorded, "recorded step") + (recorded == 1 ? " is" : " are") + " not done again"
        try context.tell("\(run): \(recorded > 0 ? steps : "nothing is recorded yet, it begins anew")")
    }

    // MARK: Roundtables

    private func sitAgain(_ recorded: Int) async throws -> ExitCode {
        let handle = try await resume(as: RoundtableResult.self)
        try tell(recorded: recorded)
        guard let record = try await tutti.engine.store.run(run, tenant: RunReference.tenant) else { return .failed }
        let input = try CanonicalJSON.decode(
            RoundtableInput.self, from: try await tutti.engine.store.bytes(of: record.input))
        let sitting = RoundtableSitting(
            tutti: tutti, handle: handle, input: input, source: nil,
            bar: SeverityBar(rawValue: input.bar.rawValue) ?? .high,
            options: ShowOptions(isJSON: arguments[Flags.json], isColourDeclined: arguments[Flags.noColor]),
            context: context)
        return try await sitting.follow()
    }

    // MARK: Workflow files

    private func runAgain(_ recorded: Int) async throws -> ExitCode {
        let handle = try await resume(as: JSONValue.self)
        try tell(recorded: recorded)
        guard let record = try await tutti.engine.store.run(run, tenant: RunReference.tenant) else { return .failed }
        let input = try CanonicalJSON.decode(
            DefinitionInput.self, from: try await tutti.engine.store.bytes(of: record.input))
        let sitting = DefinitionSitting(
            tutti: tutti, handle: handle, definition: input.definition, outputPath: nil, mayWait: true,
            options: ShowOptions(isJSON: arguments[Flags.json], isColourDeclined: arguments[Flags.noColor]),
            context: context)
        return try await sitting.follow()
    }

    private func resume<Output>(as output: Output.Type) async throws -> RunHandle<Output> {
        try await tutti.engine.resume(run, takeOver: arguments[Flags.takeOver], as: output)
    }

    // MARK: Other workflows

    private func goOn(_ recorded: Int) async throws -> ExitCode {
        let handle = try await resume(as: JSONValue.self)
        try tell(recorded: recorded)
        do {
            let output = try await parkingOnSignals { try await handle.output }
            try show(output)
            return .reached
        } catch let error as RunError where error.reason == .interrupted {
            try context.tell("The run is parked and nothing is lost. Go on with:\n  tutti runs resume \(run)")
            return .interrupted
        }
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

    /// The first signal parks the run, the second ends the program.
    private func parkingOnSignals<Output: Sendable>(
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
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let output = result { return output }
            }
            throw CancellationError()
        }
    }
}
