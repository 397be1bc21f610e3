import FoundationEssentials
import Testing
import TuttiCore
import TuttiDocuments
import TuttiEngine
import TuttiStore
import TuttiTeams
import TuttiTesting

/// Roundtables that earlier releases have held can still be taken up by the present code.
@Suite("Golden journals of the roundtable") struct GoldenTests {
    /// How each outcome was come by; the critics and the moderator are not asked again.
    private static let sittings: [(outcome: RoundtableOutcome, roundtable: Roundtable, document: String)] = [
        (.stable, Roundtable(), weak),
        (
            .converged,
            Roundtable(
                critics: [ScriptedCritic("a", .finds(["gap": .high]), .finds(["gap": .low]))],
                moderator: ScriptedModerator(Words.text(50))), Words.first
        ),
        (
            .exhausted,
            Roundtable(
                critics: [
                    ScriptedCritic("a", .finds(["gap": .high])), ScriptedCritic("b", .fails),
                    ScriptedCritic("c", .answersAfter(failures: 1)),
                ], moderator: Rewriter()), Words.first
        ),
        (
            .oscillating,
            Roundtable(
                critics: [ScriptedCritic("a", .finds(["gap": .high]))],
                moderator: ScriptedModerator(Words.text(50), Words.first)), Words.first
        ),
    ]

    private static let weak = """
        # Tea dispatcher PRD

        ## Goals

        The system should be fast and user-friendly. TBD.

        ## Requirements

        - The service must respond quickly to all requests.

        """

    private static var recordings: [(outcome: RoundtableOutcome, path: String)] {
        let releases = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return releases.sorted().flatMap { release in
            sittings.map { ($0.outcome, "\(folder)/\(release)/roundtable-\($0.outcome.rawValue).json") }
        }
    }

    @Test(arguments: recordings) func replays(outcome: RoundtableOutcome, path: String) async throws {
        let sitting = try #require(Self.sittings.first { $0.outcome == outcome })
        let report = try await expectReplays(sitting.roundtable, path)
        #expect(report.unasked == [] && report.frontier == [] && report.checked >= 6)
        let output = try RunArchive(path: path).output
        #expect(try CanonicalJSON.decode(RoundtableResult.self, from: output ?? Data()).outcome == outcome)
    }

    @Test func thereAreSome() { #expect(!Self.recordings.isEmpty) }

    // MARK: Recording

    private static let folder = #filePath.split(separator: "/").dropLast(2).reduce("") { $0 + "/" + $1 } + "/Golden"
    private static let recorded = ProcessInfo.processInfo.environment["TUTTI_RECORD_GOLDEN"]

    /// Not a check: `scripts/golden` runs it once for each release.
    @Test(.enabled(if: recorded != nil, "scripts/golden records")) func record() async throws {
        let folder = "\(Self.folder)/\(Self.recorded ?? "none")"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for sitting in Self.sittings {
            try await withEngine(on: MemoryJournalStore(), [sitting.roundtable]) { engine in
                var input = RoundtableInput(document: sitting.document)
                input.critics = sitting.roundtable.criticIDs
                let run = try await engine.start(sitting.roundtable, input)
                #expect(try await run.output.outcome == sitting.outcome)
                let path = "\(folder)/roundtable-\(sitting.outcome.rawValue).json"
                try await engine.archive(of: run.id).document().write(to: URL(filePath: path))
            }
        }
    }
}
