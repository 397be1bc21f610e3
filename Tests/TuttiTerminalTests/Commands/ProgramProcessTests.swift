import FoundationEssentials
import Glibc
import Testing
import Tutti
import TuttiCore
import TuttiEngine
import TuttiTeams

@testable import TuttiReadings
@testable import TuttiTerminal

/// The program as people start it. One after the other: each may keep both cores busy.
@Suite("The real program", .serialized)
struct ProgramProcessTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    func run(_ typed: String...) throws -> (end: ProgramProcess.End, output: String, errors: String) {
        try ProgramProcess(desk, typed).finish()
    }

    @Test func aMissingDocumentIsCode2() throws {
        let (end, output, errors) = try run("roundtable", desk.folder + "/nothing.md")
        #expect(end == .exited(2) && output == "")
        #expect(errors.contains("check the path") && errors.split(separator: "\n").count == 1)
    }

    @Test func theVersionMakesNothing() throws {
        let (end, output, errors) = try run("version")
        #expect(end == .exited(0) && output == "tutti \(Release.version)\n" && errors == "")
        #expect(!FileManager.default.fileExists(atPath: desk.home))
    }

    @Test func aWeakDocumentIsCode3AndAnEasyBarCode0() throws {
        let document = try desk.write(Sample.document, to: "plan.md")
        let weak = try run("roundtable", document)
        #expect(weak.end == .exited(3) && weak.output.contains("stable after"))
        let lenient = try run("roundtable", document, "--fail-on", "critical")
        #expect(lenient.end == .exited(0) && lenient.output.contains("converged after"))
    }

    @Test func ctrlCParksAndResumeEndsWithTheSameDocument() throws {
        let document = try desk.write(Self.longDocument, to: "long.md")
        #expect(try run("roundtable", document, "-o", desk.folder + "/undisturbed.md").end == .exited(3))

        let interrupted = try ProgramProcess(desk, ["roundtable", document, "-o", desk.folder + "/resumed.md"])
        #expect(interrupted.line { $0.contains(StateGlyph.done.glyph) } != nil)  // a review is recorded
        interrupted.signal(SIGINT)
        let parked = interrupted.finish()
        #expect(parked.end == .exited(130))
        #expect(parked.errors.contains("The run is parked and nothing is lost. Go on with:\n  tutti runs resume run_"))
        let command = parked.errors.split(separator: "\n").last.map { $0.split(separator: " ").map(String.init) } ?? []
        let resumed = try ProgramProcess(desk, Array(command.dropFirst())).finish()
        #expect(resumed.end == .exited(3))
        #expect(resumed.errors.contains("not done again"))
        #expect(try desk.read(desk.folder + "/resumed.md") == desk.read(desk.folder + "/undisturbed.md"))
    }

    /// The first run's thread that waits for signals must not swallow what is meant for the second.
    @Test func ctrlCReachesTheSecondOfTwoResumedRuns() async throws {
        let first = try await StuckRun.leave(in: desk)
        let second = try await StuckRun.leave(in: desk, input: RoundtableInput(document: Self.longDocument))
        let resumption = try ProgramProcess(desk, ["runs", "resume", first.text, second.text])
        #expect(resumption.line { $0.hasPrefix(second.text) } != nil)
        resumption.signal(SIGINT)
        #expect(resumption.finish().end == .exited(130))
        #expect(await desk.run("runs", "show", first.text).output.hasPrefix("● done"))
        #expect(await desk.run("runs", "show", second.text).output.hasPrefix("◇ waiting (interrupted)"))
    }

    @Test func aStoppedProcessLosesItsRunToWhoTakesItOver() async throws {
        let document = try desk.write(Self.longDocument, to: "long.md")
        let stopped = try ProgramProcess(desk, ["roundtable", document])
        #expect(stopped.line { $0.hasSuffix("reads") } != nil)
        stopped.stop()
        let listed = await desk.run("runs", "ls")
        #expect(listed.output.contains("◐ running (stopped)"))
        #expect(listed.progress.contains("is stopped; wake it with `kill -CONT "))
        let refused = await desk.run("runs", "resume", "0")
        #expect(refused.code == .failed && refused.progress.hasSuffix(", which is stopped.\n"))
        #expect(await desk.run("runs", "resume", "--take-over", "0").code == .notReached)
        stopped.signal(SIGCONT)
        #expect(stopped.finish().end == .exited(3))  // it shows the result of the one that took over
    }

    @Test func aPersonEndsTheRoundtableOfAnotherProcess() async throws {
        let document = try desk.write(Self.longDocument, to: "long.md")
        let process = try ProgramProcess(desk, ["roundtable", document])
        #expect(process.line { $0.hasSuffix("reads") } != nil)
        #expect(await desk.run("runs", "finish", "0", "--by", "ada").code == .reached)
        let (end, output, _) = process.finish()
        #expect(end == .exited(3))
        #expect(output.contains("custom after ") && output.contains("ada ended it"))
    }

    @Test func ctrlCEndsFollowingAndLeavesTheRunAlone() async throws {
        let run = try await StuckRun.begin(in: desk)
        let follower = try ProgramProcess(desk, ["runs", "logs", "-f", run.handle.id.text], joinsOutput: true)
        #expect(follower.line { $0.contains("run.started") } != nil)
        follower.signal(SIGINT)
        let end = follower.finish().end
        let shown = await desk.run("runs", "show", run.handle.id.text)
        await run.tutti.close()
        #expect(end == .exited(130))
        #expect(shown.output.hasPrefix("◐ running"))
    }

    /// Large enough that its reviews take much longer than a signal.
    static let longDocument =
        Sample.document
        + (1...300).map { number in
            "## Part \(number)\n\nThe dispatcher \(number) should be fast, robust and easy to use. TBD.\n\n"
        }.joined()
}
