import Synchronization
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

/// Runs no programs: answers each call with what the test has for its program, and remembers the calls.
final class ScriptedCommands: CommandRunner {
    typealias Script = @Sendable (CommandCall) async throws -> JSONValue

    private let scripts: [String: Script]
    private let state = Mutex<[CommandCall]>([])

    init(_ scripts: [String: Script] = [:]) { self.scripts = scripts }

    var calls: [CommandCall] { state.withLock { $0 } }
    var programs: [String] { calls.map(\.program) }

    func run(_ call: CommandCall) async throws -> JSONValue {
        state.withLock { $0.append(call) }
        if let script = scripts[call.program] { return try await script(call) }
        return ["did": .string(call.program)]
    }

    /// Returns when a program has been called.
    func untilCalled(_ program: String) async {
        while !programs.contains(program) { await Task.yield() }
    }
}

extension DefinitionInput {
    /// A workflow file with its input, as a run of it is started.
    init(_ text: String, _ input: JSONValue = .null) throws {
        self = try DefinitionTests.read(text).start(with: input, in: "/work") { path throws(StepError) in
            throw StepError(code: "bad_input", message: "there is no \(path)", origin: "")
        }
    }
}

/// Waits until the task is cancelled.
func untilCancelled() async throws -> JSONValue {
    let (stream, continuation) = AsyncStream.makeStream(of: Never.self)
    for await _ in stream {}
    continuation.finish()
    throw CancellationError()
}

/// Runs a definition in memory to its end.
func carryOut(
    _ text: String, _ input: JSONValue = .null, _ commands: ScriptedCommands = ScriptedCommands(),
    roundtable: Roundtable = Roundtable()
) async throws -> JSONValue {
    let workflow = DefinedWorkflow(roundtable: roundtable, commands: commands)
    let input = try DefinitionInput(text, input)
    return try await withEngine(on: MemoryJournalStore(), [workflow, roundtable]) { engine in
        try await engine.start(workflow, input).output
    }
}

/// The error that a definition ends with.
func failure(
    _ text: String, _ input: JSONValue = .null, _ commands: ScriptedCommands = ScriptedCommands(),
    roundtable: Roundtable = Roundtable()
) async -> StepError? {
    do {
        let output = try await carryOut(text, input, commands, roundtable: roundtable)
        Issue.record("it ended with \(output)")
        return nil
    } catch {
        return (error as? RunError)?.cause
    }
}

extension Engine {
    /// Returns the approval when it has been asked for.
    func untilAsked(_ name: String, of run: RunID) async throws -> PendingApproval {
        for try await _ in handle(of: run, as: JSONValue.self).events {
            if let asked = try await pendingApprovals(of: run).first(where: { $0.name == name }) { return asked }
        }
        Issue.record("\(run) ended before \(name) was asked")
        throw CancellationError()
    }

    /// Returns when an event of this type was recorded.
    func untilEvent(_ type: String, of run: RunID) async throws {
        for try await event in handle(of: run, as: JSONValue.self).events where event.type == type { return }
        Issue.record("\(run) ended before \(type)")
    }
}
