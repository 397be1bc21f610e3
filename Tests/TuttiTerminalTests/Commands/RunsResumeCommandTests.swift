import FoundationEssentials
import Testing
import Tutti
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiTeams

@testable import TuttiTerminal

@Suite("tutti runs resume")
struct RunsResumeCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func oneUnknownRunStopsTheCommandBeforeItBegins() async throws {
        let run = try await StuckRun.leave(in: desk)
        let answer = await desk.run("runs", "resume", run.text, "zzzz")
        #expect(answer.code == .failed && answer.output == "")
        #expect(await desk.run("runs", "show", run.text).output.hasPrefix("◇ waiting (interrupted)"))
    }

    @Test func anEndedRunIsSaid() async throws {
        let run = try await Oven.bake(180, in: desk)
        let answer = await desk.run("runs", "resume", run.text)
        #expect(
            answer
                == .init(
                    code: .failed, output: "",
                    progress: "tutti: \(run) has ended (completed); see 'tutti runs show \(run)'\n"))
    }

    @Test func aRunOfAnotherProgramIsLeftToIt() async throws {
        let tutti = try await Tutti.open(home: desk.home)
        let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
        let handle = try await tutti.start(Kettle(begun: continuation), 1)
        for await _ in stream { break }
        await tutti.close()
        let answer = await desk.run("runs", "resume", handle.id.text)
        #expect(answer.code == .failed && answer.output == "")
        #expect(
            answer.progress
                == "tutti: this program has no workflow 'kettle'; "
                + "resume \(handle.id) with the program that started it\n")
    }

    @Test func aRunOfAnotherProcessIsLeftToIt() async throws {
        let first = try await StuckRun.begin(in: desk)
        let answer = await desk.run("runs", "resume", first.handle.id.text)
        await first.tutti.close()
        #expect(answer.code == .failed && answer.output == "")
        #expect(
            answer.progress
                == "tutti: another process (\(first.tutti.engine.executor)) works on \(first.handle.id); wait for it, "
                + "or take the run from it with --take-over when it is stopped\n"
                + "It is process \(ProcessInfo.processInfo.processIdentifier), which is alive.\n")
    }

    @Test func aRunCanBeTakenOver() async throws {
        let first = try await StuckRun.begin(in: desk)
        let answer = await desk.run("runs", "resume", "--take-over", first.handle.id.text)
        await first.tutti.close()  // the process that lost it changes nothing any more
        #expect(answer.code == .notReached)
        let shown = await desk.run("runs", "show", first.handle.id.text)
        #expect(shown.output.hasPrefix("● done") && shown.output.contains("Attempts: taken up 2 times"))
    }

    @Test func goesOnBehindTheRecordedSteps() async throws {
        let run = try await StuckRun.leave(in: desk)
        let answer = await desk.run("runs", "resume", String(run.text.dropFirst(4)))
        #expect(answer.code == .notReached)
        #expect(answer.progress.hasPrefix("\(run): 4 recorded steps are not done again\n"))
        #expect(answer.output.contains("stable after 2 rounds"))
        let again = await desk.run("runs", "resume", run.text)
        #expect(
            again
                == .init(
                    code: .failed, output: "",
                    progress: "tutti: \(run) has ended (completed); see 'tutti runs show \(run)'\n"))
    }

    @Test func anEndThatWasToBeNoFailureIsNoneLater() async throws {
        let path = try desk.write(Sample.document, to: "plan.md")
        #expect(await desk.run("roundtable", path, "--fail-on", "never").code == .reached)
        let first = await desk.run("runs", "export", "0").output
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(first.utf8))
        #expect(json["input"]?["toleratesAnyEnd"] == true && json["input"]?["bar"] == "high")
        var input = Sample.input
        input.toleratesAnyEnd = true
        let run = try await StuckRun.leave(in: desk, input: input)
        let answer = await desk.run("runs", "resume", run.text)
        #expect(answer.code == .reached && answer.output.contains("stable after 2 rounds"))
        #expect(Sample.input.isSameWork(as: input))
    }

    @Test func endsWithTheDocumentOfAnUndisturbedRun() async throws {
        let path = try desk.write(Sample.document, to: "plan.md")
        _ = await desk.run("roundtable", path, "-o", desk.folder + "/undisturbed.md")
        var input = Sample.input
        input.delivery.document = desk.folder + "/resumed.md"
        let run = try await StuckRun.leave(in: desk, input: input)
        _ = await desk.run("runs", "resume", run.text)
        let resumed = try desk.read(desk.folder + "/resumed.md")
        #expect(try resumed == desk.read(desk.folder + "/undisturbed.md"))
        #expect(try resumed == desk.read("\(desk.home)/runs/\(run)/document.md"))
    }

    @Test func severalRunsGiveTheWorstCode() async throws {
        let left = try await StuckRun.leave(in: desk)
        let ended = try await StuckRun.leave(in: desk)
        #expect(await desk.run("runs", "cancel", ended.text).code == .reached)
        let answer = await desk.run("runs", "resume", left.text, ended.text, left.text)
        #expect(answer.code == .failed)
        #expect(answer.progress.contains("\(ended) has ended (cancelled)"))
        #expect(answer.output.contains("stable after 2 rounds"))
    }

    @Test func jsonIsTheReport() async throws {
        let run = try await StuckRun.leave(in: desk)
        let answer = await desk.run("runs", "resume", "--json", run.text)
        let report = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(report["schema"] == .string(RoundtableReport.schema))
        #expect(report["run"]?["id"] == .string(run.text))
    }

    @Test func theBenchCanBeResumed() async throws {
        let known = KnownWorkflows.all(home: "", environment: [:], models: ListedModels())
        #expect(
            known.map { type(of: $0).name } == ["roundtable", "definition", "panel", "chat", "agent", "bench.durable"])
    }

    @Test func codesAreOrderedByWhatAPersonHasToKnow() {
        #expect(ExitCode.reached.orWorse(.notReached) == .notReached)
        #expect(ExitCode.failed.orWorse(.notReached) == .failed)
        #expect(ExitCode.failed.orWorse(.interrupted) == .interrupted)
        #expect(ExitCode.reached.orWorse(.reached) == .reached)
    }
}
