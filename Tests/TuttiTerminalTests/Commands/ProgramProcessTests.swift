import FoundationEssentials
import Glibc
import Testing
import Tutti
import TuttiCore
import TuttiEngine

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
        #expect(end == .exited(0) && output == "tutti \(TuttiProgram.version)\n" && errors == "")
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
        #expect(interrupted.line { !$0.isEmpty } != nil)
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
