import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiTeams

@Suite("A definition that is carried out")
struct DefinedWorkflowTests {
    private static let diamond = """
        name: diamond
        input: {version: string}
        steps:
          - {name: top, command: [top, "v${{ input.version }}"]}
          - {name: left, needs: [top], command: [left, "${{ steps.top.n }}"]}
          - {name: right, needs: [top], command: [right, "${{ steps.top }}"]}
          - {name: end, needs: [left, right], command: [end]}
        """

    // MARK: Order and references

    @Test func stepsRunSideBySideAsSoonAsTheirNeedsHaveEnded() async throws {
        let commands = ScriptedCommands([
            "top": { _ in ["n": 7] },
            // Neither could end if the other had to come first.
            "left": { _ in ["left": true] }, "right": { _ in ["right": true] },
        ])
        let output = try await carryOut(Self.diamond, ["version": "2"], commands)
        #expect(output == ["end": ["did": "end"]])
        #expect(commands.programs.first == "top" && commands.programs.last == "end")
        #expect(Set(commands.programs.dropFirst().dropLast()) == ["left", "right"])
    }

    @Test func twoBranchesMeet() async throws {
        let (left, right) = (AsyncStream.makeStream(of: Void.self), AsyncStream.makeStream(of: Void.self))
        let commands = ScriptedCommands([
            "top": { _ in ["n": 1] },
            "left": { _ in
                right.continuation.yield()
                for await _ in left.stream { break }
                return .null
            },
            "right": { _ in
                left.continuation.yield()
                for await _ in right.stream { break }
                return .null
            },
        ])
        _ = try await carryOut(Self.diamond, ["version": "2"], commands)
        #expect(commands.calls.count == 4)
    }

    @Test func aCommandGetsTheInputAndWhatCameBefore() async throws {
        let commands = ScriptedCommands(["top": { _ in ["n": 7] }])
        _ = try await carryOut(Self.diamond, ["version": "2"], commands)
        let calls = Dictionary(commands.calls.map { ($0.program, $0) }, uniquingKeysWith: { $1 })
        #expect(calls["top"]?.arguments == ["v2"])
        #expect(calls["left"]?.arguments == ["7"])
        #expect(calls["right"]?.arguments == ["{\"n\":7}"])
        #expect(calls["top"]?.input == ["input": ["version": "2"], "steps": [:]])
        #expect(calls["left"]?.input == ["input": ["version": "2"], "steps": ["top": ["n": 7]]])
        #expect(
            calls["end"]?.input["steps"]
                == ["top": ["n": 7], "left": ["did": "left"], "right": ["did": "right"]])
        #expect(calls["end"]?.folder == "/work")
    }

    @Test func theOutputIsWhatTheFileSays() async throws {
        let text = Self.diamond + "\noutput: {top: '${{ steps.top.n }}', note: 'is ${{ steps.end.did }}', list: [1]}\n"
        let output = try await carryOut(text, ["version": "2"], ScriptedCommands(["top": { _ in ["n": 7] }]))
        #expect(output == ["top": 7, "note": "is end", "list": [1]])
    }

    @Test func aMemberThatIsNotThereFailsTheStepThatAsks() async throws {
        let commands = ScriptedCommands(["top": { _ in ["m": 7] }])
        let error = await failure(Self.diamond, ["version": "2"], commands)
        #expect(error?.code == "reference_missing")
        #expect(
            error?.message
                == "the step 'left': ${{ steps.top.n }}: the output of 'top' has no 'n'; there is m")
        #expect(error?.origin == "steps#1/left")
        #expect(!commands.programs.contains("end"))
    }

    @Test func aMemberThatTheOutputLacksIsToldSo() async throws {
        let error = await failure("name: w\nsteps: [{name: a, command: [a]}]\noutput: '${{ steps.a.b }}'\n")
        #expect(error?.message.hasPrefix("the output: ${{ steps.a.b }}") == true)
    }

    // MARK: Failure

    @Test func theFirstFailureCancelsWhatRunsAndBeginsNothing() async throws {
        let commands = ScriptedCommands()
        let failing = ScriptedCommands([
            "slow": { _ in try await untilCancelled() },
            "bad": { _ in
                await commands.untilCalled("slow")
                throw CommandError(.refused, "no")
            },
        ])
        let text = """
            name: w
            steps:
              - {name: slow, needs: [], command: [slow]}
              - {name: bad, command: [bad]}
              - {name: never, needs: [slow], command: [never]}
            """
        let workflow = DefinedWorkflow(commands: Both(seen: commands, scripted: failing))
        let input = try DefinitionInput(text)
        let error = await #expect(throws: RunError.self) {
            try await withEngine(on: MemoryJournalStore(), [workflow]) { engine in
                try await engine.start(workflow, input).output
            }
        }
        #expect(error?.cause?.code == "command_refused" && error?.cause?.origin == "steps#1/bad/command#1")
        #expect(Set(commands.programs) == ["slow", "bad"])
    }

    /// Remembers a call before it is answered.
    private struct Both: CommandRunner {
        let seen: ScriptedCommands
        let scripted: ScriptedCommands

        func run(_ call: CommandCall) async throws -> JSONValue {
            _ = try await seen.run(call)
            return try await scripted.run(call)
        }
    }

    @Test func whoeverIsNotToldToRunsNoCommand() async throws {
        let input = try DefinitionInput("name: w\nsteps: [{name: a, command: [./a, secret]}]")
        let error = await #expect(throws: RunError.self) {
            try await withEngine(on: MemoryJournalStore(), [DefinedWorkflow()]) { engine in
                try await engine.start(DefinedWorkflow(), input).output
            }
        }
        #expect(error?.cause?.code == "command_refused")
        #expect(error?.cause?.message.contains("'./a' is not run") == true)
    }

    @Test func aCommandIsTriedAgainAsOftenAsItSays() async throws {
        let commands = ScriptedCommands([
            "a": { _ in
                guard Attempt.current == 3 else { throw CommandError(.failed, "not yet") }
                return .int(Int64(Attempt.current))
            }
        ])
        let text = "name: w\nsteps: [{name: a, command: [a], retry: {attempts: 3, delay: 1ms}}]"
        #expect(try await carryOut(text, .null, commands) == ["a": 3])
        let once = ScriptedCommands(["a": { _ in throw CommandError(.failed, "not yet") }])
        let error = await failure("name: w\nsteps: [{name: a, command: [a]}]", .null, once)
        #expect(error?.code == "command_failed" && once.calls.count == 1)
    }

    @Test func timeIsUpForACommandThatMustNotBeRepeated() async throws {
        let commands = ScriptedCommands(["a": { _ in throw CommandError(.timedOut, "late") }])
        let error = await failure("name: w\nsteps: [{name: a, command: [a], at_most_once: true}]", .null, commands)
        #expect(error?.code == StepError.outcomeUnknown && commands.calls.count == 1)
    }

    // MARK: Roundtables

    @Test func aRoundtableIsARunOfItsOwn() async throws {
        let roundtable = Roundtable(
            critics: [ScriptedCritic("a", .finds(["one": .high, "two": .low]), .finds(["one": .high]))],
            moderator: ScriptedModerator(Words.text(50)))
        let commands = ScriptedCommands(["draft": { _ in ["text": .string(Words.first)] }])
        let definition = try WorkflowDefinition.read(
            """
            name: w
            steps:
              - {name: draft, command: [draft]}
              - name: review
                roundtable: {document: "${{ steps.draft.text }}", title: "On ${{ steps.draft.text.0 }}"}
            """, file: "w.yaml", critics: ["a"])
        var changed = definition
        guard case .roundtable(var action) = changed.steps[1].action else { return }
        action.title = Template(literal: "Words")
        changed.steps[1].action = .roundtable(action)
        let input = DefinitionInput(definition: changed, input: [:], folder: "/work")
        let workflow = DefinedWorkflow(roundtable: roundtable, commands: commands)
        let store = MemoryJournalStore()
        let output = try await withEngine(on: store, [workflow, roundtable]) { engine in
            try await engine.start(workflow, input).output
        }
        let review = try #require(output["review"])
        #expect(review["outcome"] == "stable" && review["goal_reached"] == false)
        #expect(review["rounds"] == 2 && review["document"] == .string(Words.text(50)))
        #expect(review["open"] == ["critical": 0, "high": 1, "low": 0, "medium": 0])
        guard case .array(let findings)? = review["findings"] else {
            Issue.record("no findings")
            return
        }
        #expect(findings.count == 1 && findings[0]["severity"] == "high")
        let runs = try await store.runs(RunFilter(), tenant: "default")
        #expect(Set(runs.map(\.workflow)) == ["definition", "roundtable"])
        #expect(runs.first { $0.workflow == "roundtable" }?.parent == runs.first { $0.parent == nil }?.id)
    }

    @Test func aTextThatNobodyCouldReviewStartsNoRoundtable() async throws {
        let commands = ScriptedCommands(["draft": { _ in "" }])
        let error = await failure(
            """
            name: w
            steps:
              - {name: draft, command: [draft]}
              - {name: review, roundtable: {document: "${{ steps.draft }}"}}
            """, .null, commands)
        #expect(error?.code == "bad_input")
        #expect(error?.message.hasPrefix("the step 'review': document is empty") == true)
    }

    // MARK: Replay

    @Test func anEndedRunIsReadAndNotRepeated() async throws {
        let store = MemoryJournalStore()
        let commands = ScriptedCommands(["top": { _ in ["n": 1] }])
        let workflow = DefinedWorkflow(commands: commands)
        let input = try DefinitionInput(Self.diamond, ["version": "1"])
        for _ in 0..<2 {
            let output = try await withEngine(on: store, [workflow]) { engine in
                try await engine.start(workflow, input, idempotencyKey: "once").output
            }
            #expect(output == ["end": ["did": "end"]])
        }
        #expect(commands.calls.count == 4)
        let run = try #require(try await store.runs(RunFilter(), tenant: "default").first)
        #expect(
            Set(try await store.steps(of: run.id).map(\.key)) == [
                "steps#1", "steps#1/top/command#1", "steps#1/left/command#1", "steps#1/right/command#1",
                "steps#1/end/command#1",
            ])
    }
}
