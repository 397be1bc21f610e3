import FoundationEssentials
import Testing
import Tutti
import TuttiCore
import TuttiEngine
import TuttiStore

@testable import TuttiTerminal

@Suite("tutti runs show")
struct RunsShowCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func aFailedRunTellsItsErrorAndWhereItArose() async throws {
        let run = try await Oven.bake(400, in: desk)
        let answer = await desk.run("runs", "show", run.text)
        #expect(answer.code == .reached)
        let lines = answer.output.split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines[0] == "✕ failed  \(run)  oven")
        #expect(lines.contains("Error:    too_hot: 400 degrees is too hot"))
        #expect(lines.contains("Where:    bake#1"))
        #expect(lines.contains { $0.hasPrefix("✕ bake#1") && $0.hasSuffix("too_hot: 400 degrees is too hot") })
    }

    @Test func aRoundtableTellsItsOutcomeAndFiles() async throws {
        let document = try desk.write(Sample.document, to: "plan.md")
        #expect(await desk.run("roundtable", document).code == .notReached)
        let answer = await desk.run("runs", "show", "0")
        let lines = answer.output.split(separator: "\n")
        #expect(lines.contains("Title:    Tea dispatcher PRD"))
        #expect(lines.contains { $0.hasPrefix("Outcome:  stable after ") })
        #expect(lines.contains { $0.hasPrefix("Files:    \(desk.home)/runs/run_") })
        #expect(lines.contains { $0.hasPrefix("● review#1 ") })
        #expect(lines.contains("    product"))
        #expect(lines.contains { $0.hasPrefix("    ● review#1 ") })
        #expect(!lines.contains { $0.hasSuffix(" ") })
    }

    @Test func anInterruptedRunNamesTheNextCommand() async throws {
        let run = try await StuckRun.leave(in: desk)
        let answer = await desk.run("runs", "show", run.text)
        #expect(answer.output.hasPrefix("◇ waiting (interrupted)  \(run)  roundtable\n"))
        #expect(answer.output.hasSuffix("Next:     tutti runs resume \(run)\n"))
    }

    @Test func aRunAtWorkTellsItsProcess() async throws {
        let run = try await StuckRun.begin(in: desk)
        let answer = await desk.run("runs", "show", run.handle.id.text)
        await run.tutti.close()
        #expect(answer.output.hasPrefix("◐ running  \(run.handle.id)  roundtable\n"))
        #expect(answer.output.contains("Process:  \(ProcessInfo.processInfo.processIdentifier), alive (exe_"))
        #expect(answer.output.hasSuffix("Next:     tutti runs logs -f \(run.handle.id)\n"))
    }

    @Test func jsonHasTheStepsWithoutTheirResults() async throws {
        let run = try await Oven.bake(180, in: desk)
        let answer = await desk.run("runs", "show", run.text, "--json")
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(json["id"] == .string(run.text) && json["state"] == "completed" && json["workflow"] == "oven")
        #expect(json["result"] == .null && json["folder"] == .null && json["error"] == .null)
        guard case .array(let steps) = json["steps"], let step = steps.first else {
            Issue.record("there are no steps in \(answer.output)")
            return
        }
        #expect(steps.count == 1)
        #expect(step["key"] == "bake#1" && step["kind"] == "step" && step["state"] == "completed")
        #expect(step["attempt"] == 1 && step["error"] == .null && step["due"] == .null && step["result"] == nil)
    }
}

@Suite("The tree of steps")
struct StepTreeTests {
    static let start = Timestamp(milliseconds: 0)

    static func step(_ key: String, _ result: StoredStep.Result, attempt: Int = 1, took: Int? = 40) -> StoredStep {
        StoredStep(
            key: key, kind: .step, attempt: attempt, fingerprint: nil, result: result, started: start,
            ended: took.map { start + .milliseconds($0) })
    }

    @Test func scopesHoldWhatIsInside() {
        let done = StoredStep.Result.completed(.inline(Data("1".utf8)))
        let hot = StepError(code: "hot", message: "too hot", origin: "all#1/b/bake#1")
        let steps = [
            Self.step("all#1/a/bake#1", done), Self.step("all#1/b/bake#1", .failed(hot), attempt: 3, took: 2500),
            Self.step("all#1", .failed(hot)), Self.step("rest#1", .open(hot, due: Self.start), took: nil),
            Self.step("rest#2", .cancelled),
        ]
        #expect(
            StepTree(steps).lines.map(\.text) == [
                "STEP           TOOK",
                "✕ all#1       0.0 s  hot: too hot",
                "    a",
                "    ● bake#1  0.0 s",
                "    b",
                "    ✕ bake#1  2.5 s  attempt 3  hot: too hot",
                "◇ rest#1             tries again at 1970-01-01T00:00:00.000Z: too hot",
                "– rest#2      0.0 s  cancelled",
            ])
    }

    @Test func thousandsOfStepsAreCut() {
        let steps = (1...1000).map { Self.step("s#\($0)", .cancelled) }
        let lines = StepTree(steps).lines
        #expect(lines.count == StepTree.linesMax + 2)
        #expect(lines.last?.text == "… and 600 more; --json shows all")
        #expect(StepTree([]).lines.map(\.text) == ["No steps are recorded yet."])
    }
}
