import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

@Suite("A definition that waits")
struct DefinedWaitTests {
    private static let ask = """
        name: w
        steps:
          - {name: draft, command: [draft]}
          - {name: go, approval: {show: "${{ steps.draft }}", expires: 2d}}
          - {name: send, command: [send, "${{ steps.go.value.did }}"]}
        output: "${{ steps.go }}"
        """

    /// Runs a definition whose approval somebody answers.
    private func answer(
        _ commands: ScriptedCommands, _ answer: @Sendable @escaping (Engine, PendingApproval) async throws -> Void
    ) async throws -> JSONValue {
        let workflow = DefinedWorkflow(commands: commands)
        let input = try DefinitionInput(Self.ask)
        return try await withEngine(on: MemoryJournalStore(), [workflow]) { engine in
            let run = try await engine.start(workflow, input)
            try await answer(engine, try await engine.untilAsked("go", of: run.id))
            return try await run.output
        }
    }

    @Test func anApprovalTellsWhoAgreed() async throws {
        let commands = ScriptedCommands()
        let output = try await answer(commands) { engine, asked in
            try await engine.approve(asked.run, "go", hash: asked.hash, by: "ada", reason: "fine")
        }
        #expect(output["approved"] == true && output["value"] == ["did": "draft"])
        #expect(output["by"] == "ada" && output["reason"] == "fine" && output["at"]?.stringValue != nil)
        #expect(commands.calls.last?.arguments == ["draft"])
    }

    @Test func anEditTakesThePlaceOfWhatWasShown() async throws {
        let commands = ScriptedCommands()
        let output = try await answer(commands) { engine, asked in
            try await engine.approve(asked.run, "go", hash: asked.hash, edited: ["did": "better"], by: "ada")
        }
        #expect(output["value"] == ["did": "better"] && output["reason"] == .null)
        #expect(commands.calls.last?.arguments == ["better"])
    }

    @Test func aRejectionFailsTheStepAndIsAskedAgainByARetry() async throws {
        let commands = ScriptedCommands()
        let workflow = DefinedWorkflow(commands: commands)
        let input = try DefinitionInput(Self.ask)
        let output = try await withEngine(on: MemoryJournalStore(), [workflow]) { engine in
            let run = try await engine.start(workflow, input)
            let asked = try await engine.untilAsked("go", of: run.id)
            try await engine.reject(run.id, "go", hash: asked.hash, by: "ada", reason: "early")
            let error = await #expect(throws: RunError.self) { try await run.output }
            #expect(error?.cause?.code == "rejected" && error?.cause?.message == "ada rejected 'go': early")
            #expect(error?.cause?.origin == "steps#1/go/go#1")
            let again = try await engine.retry(run.id, as: JSONValue.self)
            let next = try await engine.untilAsked("go", of: run.id)
            try await engine.approve(run.id, "go", hash: next.hash, by: "bea")
            return try await again.output
        }
        #expect(output["by"] == "bea")
        #expect(commands.programs == ["draft", "send"])
    }

    @Test func whoeverDoesNotAnswerInTimeFailsTheStep() async throws {
        let workflow = DefinedWorkflow(commands: ScriptedCommands())
        let input = try DefinitionInput(Self.ask)
        let error = try await withEngine([workflow]) { engine, clock in
            let run = try await engine.start(workflow, input)
            _ = try await engine.untilAsked("go", of: run.id)
            clock.advance(by: .seconds(172_800))
            return await #expect(throws: RunError.self) { try await run.output }
        }
        #expect(error?.cause?.code == "approval_expired")
    }

    @Test func aRestartAsksNothingTwice() async throws {
        let store = MemoryJournalStore()
        let commands = ScriptedCommands()
        let workflow = DefinedWorkflow(commands: commands)
        let input = try DefinitionInput(Self.ask)
        let asked = try await withEngine(on: store, [workflow]) { engine in
            let run = try await engine.start(workflow, input)
            return try await engine.untilAsked("go", of: run.id)
        }
        let output = try await withEngine(on: store, [workflow]) { engine in
            let run = try await engine.resume(asked.run, as: JSONValue.self)
            #expect(try await engine.pendingApprovals(of: run.id).map(\.id) == [asked.id])
            try await engine.approve(run.id, "go", hash: asked.hash, by: "ada")
            return try await run.output
        }
        #expect(output["by"] == "ada")
        #expect(commands.programs == ["draft", "send"])
    }

    // MARK: Signals and time

    private static let signal = """
        name: w
        steps:
          - {name: pause, wait: {for: 10m}}
          - {name: paid, wait: {signal: payment, timeout: 2d}}
          - {name: note, command: [note, "${{ steps.paid.amount }}", "${{ steps.pause }}"]}
        """

    @Test func aSignalIsTheOutput() async throws {
        let commands = ScriptedCommands()
        let workflow = DefinedWorkflow(commands: commands)
        let input = try DefinitionInput(Self.signal)
        _ = try await withEngine([workflow]) { engine, clock in
            let run = try await engine.start(workflow, input)
            try await engine.untilEvent("wait.started", of: run.id)
            #expect(try await engine.summary(of: run.id)?.reason == "timer")
            clock.advance(by: .seconds(600))
            try await engine.signal(run.id, "payment", ["amount": 12] as JSONValue)
            return try await run.output
        }
        #expect(commands.calls.last?.arguments == ["12", "null"])
    }

    @Test func aSignalThatDoesNotComeFailsTheStep() async throws {
        let workflow = DefinedWorkflow(commands: ScriptedCommands())
        let input = try DefinitionInput("name: w\nsteps: [{name: paid, wait: {signal: payment, timeout: 2d}}]")
        let error = try await withEngine([workflow]) { engine, clock in
            let run = try await engine.start(workflow, input)
            try await engine.untilEvent("wait.started", of: run.id)
            clock.advance(by: .seconds(172_800))
            return await #expect(throws: RunError.self) { try await run.output }
        }
        #expect(error?.cause?.code == "wait_timeout")
    }
}
