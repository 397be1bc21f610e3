import Synchronization
import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

@Suite("A definition that is retried", .timeLimit(.minutes(1)))
struct DefinedRetryTests {
    /// Fails at its first call, as soon as something has happened.
    private func failingOnce(after event: @escaping @Sendable () async throws -> Void) -> ScriptedCommands {
        let isFirst = Atomic(true)
        return ScriptedCommands([
            "bad": { _ in
                guard isFirst.exchange(false, ordering: .relaxed) else { return "mended" }
                try await event()
                throw CommandError(.refused, "no")
            }
        ])
    }

    @Test func whatWasAskedBesideAFailureIsAskedAgain() async throws {
        let asked = AsyncStream.makeStream(of: Void.self)
        let workflow = DefinedWorkflow(commands: failingOnce { for await _ in asked.stream { break } })
        let input = try DefinitionInput(
            """
            name: w
            steps:
              - {name: go, needs: [], approval: {show: May we?}}
              - {name: bad, command: [bad]}
            """)
        let output = try await withEngine(on: MemoryJournalStore(), [workflow]) { engine in
            let run = try await engine.start(workflow, input)
            _ = try await engine.untilAsked("go", of: run.id)
            asked.continuation.yield()
            let error = await #expect(throws: RunError.self) { try await run.output }
            #expect(error?.cause?.code == "command_refused")
            let again = try await engine.retry(run.id, as: JSONValue.self)
            let open = try await engine.untilAsked("go", of: run.id)
            try await engine.approve(run.id, "go", hash: open.hash, by: "ada")
            return try await again.output
        }
        #expect(output["bad"] == "mended" && output["go"]?["by"] == "ada")
    }

    @Test func aRoundtableThatWasCancelledByAFailureIsHeldAgain() async throws {
        let reading = AsyncStream.makeStream(of: Void.self)
        let isFirst = Mutex(true)
        let roundtable = Roundtable(
            critics: [
                StuckCritic {
                    guard
                        isFirst.withLock({ first in
                            defer { first = false }; return first
                        })
                    else { return }
                    reading.continuation.yield()
                    _ = try await untilCancelled()
                }
            ], moderator: ScriptedModerator())
        let workflow = DefinedWorkflow(
            roundtable: roundtable, commands: failingOnce { for await _ in reading.stream { break } })
        let definition = try WorkflowDefinition.read(
            """
            name: w
            steps:
              - {name: review, needs: [], roundtable: {document: Tea.}}
              - {name: bad, command: [bad]}
            """, file: "w.yaml", critics: ["stuck"])
        let input = DefinitionInput(definition: definition, input: [:], folder: "/work")
        let output = try await withEngine(on: MemoryJournalStore(), [workflow, roundtable]) { engine in
            let run = try await engine.start(workflow, input)
            let error = await #expect(throws: RunError.self) { try await run.output }
            #expect(error?.cause?.code == "command_refused")
            return try await engine.retry(run.id, as: JSONValue.self).output
        }
        #expect(output["bad"] == "mended" && output["review"]?["outcome"] == "converged")
    }

    /// A critic that does something before it finds nothing.
    private struct StuckCritic: Critic {
        let id = "stuck"
        let before: @Sendable () async throws -> Void

        func review(_ request: ReviewRequest) async throws -> Review {
            try await before()
            return Review(critic: id, findings: [])
        }
    }
}
