import FakeModels
import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiTerminal

@Suite("what was paid is not lost", .serialized)
struct NothingLostTests {
    /// Everybody finds something, and the moderator answers what can be used for nothing.
    private static let withoutModerator = Script { call in
        TableScript.asks(call, for: "edits")
            ? .text("I would rather not.") : TableScript.answer(to: call, findings: true)
    }

    @Test func aModeratorThatFailsLeavesTheReportAndTheWayOn() async throws {
        try await ModelTable.with(RoundtableSample.good, Self.withoutModerator) { table in
            let ran = await table.review("--report", table.scratch["report.md"])
            #expect(ran.code == .failed, "\(ran.progress)")
            #expect(
                ran.output.contains("stalled after 1 round: the moderator failed (answer_not_json"), "\(ran.output)")
            #expect(ran.output.contains("No owner") && ran.output.contains("Spent:"))
            #expect(try table.scratch.read("report.md").contains("No owner"))
            let next = try #require(
                ran.output.firstMatch(of: /tutti runs continue (run_[0-9a-z]{26}) --max-iterations 4/))
            let asked = table.models.counters.requests
            let more = await table.tutti(["runs", "continue", String(next.output.1), "--max-iterations", "4"])
            #expect(more.code == .failed, "it fails alike: \(more.progress)")
            #expect(table.models.counters.requests == asked + 1, "only the moderator is asked again")
        }
    }

    @Test(
        "nothing is paid for what will be refused",
        arguments: [
            (["--preset", "typo", "--kind", "model"], "there is no preset 'typo'"),
            (["--generate", "2", "--models", "diverse"], "--models diverse needs at least two models"),
            (["--comment", " ", "--preset", "prd"], "--comment is empty"),
        ])
    func refusals(words: [String], message: String) async throws {
        try await ModelTable.with { table in
            let ran = await table.tutti(
                ["roundtable", table.scratch["plan.md"], "--model", "openai/mock-model"] + words)
            #expect(ran.code == .usage && ran.progress.contains(message), "\(ran.progress)")
            #expect(table.models.counters.requests == 0)
        }
    }

    @Test func aModelOfAParticipantIsLookedForBeforeTheStart() async throws {
        try await ModelTable.with { table in
            let own = TableScript.trio.replacing("focus: [tea, shop]", with: "focus: [tea, shop]\n    model: nobody/x")
            try table.scratch.write("own.yaml", own)
            let ran = await table.review(seats: ["--preset", table.scratch["own.yaml"]])
            #expect(ran.code == .usage, "\(ran.progress)")
            #expect(ran.progress.contains("a participant of the panel has the model nobody/x"), "\(ran.progress)")
            #expect(table.models.counters.requests == 0)
        }
    }

    @Test(
        "a panel says what kind of document it is for, unless the command line does",
        arguments: [
            ([], "runbook", "named by the panel"), (["--kind", "rfc"], "rfc", "named by the author"),
        ] as [([String], String, String)])
    func kindOfAPanel(words: [String], kind: String, evidence: String) async throws {
        try await ModelTable.with { table in
            try table.scratch.write("own.yaml", "kind: runbook\n" + TableScript.trio)
            let ran = await table.review("--json", seats: ["--preset", table.scratch["own.yaml"]] + words)
            let report = try table.json(ran.output)
            #expect(report["kind"]?.stringValue == kind, "\(ran.progress)")
            #expect(report["kind_evidence"] == [.string(evidence)])
        }
    }

    @Test func aCommentNeedsSomebodyWhoCanCallItFixed() async throws {
        try await ModelTable.with { table in
            let ran = await table.tutti(["roundtable", table.scratch["plan.md"], "--comment", "name an owner"])
            #expect(ran.code == .usage && ran.progress.contains("--comment needs a model"), "\(ran.progress)")
        }
    }

    @Test func generatedParticipantsHideNoPresetOfTheirName() async throws {
        try await ModelTable.with("# PRD\n\nWe sell tea to people.\n") { table in
            let ran = await table.review("--max-iterations", "1", seats: ["--generate", "2"])
            #expect(ran.progress.contains("presets/prd-2.yaml"), "\(ran.progress)")
            let files = try FileManager.default.contentsOfDirectory(atPath: table.scratch["home/presets"])
            #expect(files == ["prd-2.yaml"])
        }
    }
}
