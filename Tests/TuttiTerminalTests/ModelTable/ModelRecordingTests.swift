import FakeModels
import Testing
import TuttiCore
import TuttiTerminal

/// What models have answered at a table, recorded and played again.
@Suite struct ModelRecordingTests {
    @Test func aRecordedTableIsPlayedWithoutItsModel() async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.diligent) { table in
            let cassette = table.scratch["calls.jsonl"]
            let first = await table.review("--json", "--record", cassette)
            #expect(first.code == .reached, "\(first.progress)")
            let asked = table.models.counters.requests
            let again = await table.review("--json", model: "script/\(cassette)#mock-model")
            #expect(again.code == .reached, "\(again.progress)")
            #expect(table.models.counters.requests == asked, "nobody was asked again")
            let (recorded, played) = (try table.json(first.output), try table.json(again.output))
            #expect(recorded["document"] == played["document"])
            #expect(recorded["outcome"] == played["outcome"])
        }
    }

    @Test func aCassetteThatHoldsNoAnswerSaysWhatWasAsked() async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.diligent) { table in
            let cassette = table.scratch["calls.jsonl"]
            #expect(await table.review("--record", cassette, "--max-iterations", "1").code == .notReached)
            let again = await table.review("--goal", "Another one", model: "script/\(cassette)#mock-model")
            #expect(again.code == .failed)
            #expect(again.progress.contains("cassette_miss") && again.progress.contains("nearest"), "\(again.progress)")
        }
    }
}
