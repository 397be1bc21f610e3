import FakeModels
import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiTerminal

@Suite("tutti roundtable with models", .serialized)
struct ModelTableTests {
    private func list(_ value: JSONValue?) -> [JSONValue] {
        if case .array(let items)? = value { items } else { [] }
    }

    @Test func threeCriticsConvergeAndEachIsCounted() async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.diligent) { table in
            let ran = await table.review("--json", "-o", table.scratch["new.md"])
            #expect(ran.code == .reached, "\(ran.progress)")
            #expect(try table.scratch.read("new.md").contains(TableScript.mended))
            let report = try table.json(ran.output)
            #expect(report["outcome"] == "converged")
            let rounds = list(report["rounds"])
            #expect(rounds.count == 2)
            for round in rounds {
                let critics = list(round["critics"])
                #expect(critics.map { $0["critic"] } == ["first", "second", "third"])
                for critic in critics {
                    #expect(critic["spending"]?["microdollars"] == 25 && critic["spending"]?["calls"] == 1)
                    #expect(critic["spending"]?["input_tokens"]?.intValue ?? 0 > 100)
                    #expect(critic["spending"]?["output_tokens"]?.intValue ?? 0 > 0)
                }
            }
            #expect(rounds.first?["moderator_spending"]?["microdollars"] == 25)
            let costs = list(report["costs"])
            #expect(costs.map { $0["agent"] } == ["first", "second", "third", "moderator"])
            #expect(costs.map { $0["spending"]?["microdollars"] } == [50, 50, 50, 25])
            let counters = table.models.counters
            #expect(counters.requests == 7 && counters.billed.microdollars == 7 * TableScript.cost)
        }
    }

    @Test func aCommentIsAFindingUntilTheCriticsCallItFixed() async throws {
        try await ModelTable.with { table in
            let ran = await table.review("--json", "--comment", "high: say who owns the shop")
            #expect(ran.code == .reached, "\(ran.progress)")
            #expect(table.prompts.contains { $0.contains("say who owns the shop") })
            #expect(ran.output.contains("say who owns the shop"))
            let report = try table.json(ran.output)
            #expect(list(report["rounds"]).count > 1)
        }
    }

    @Test func passagesOfAFolderAreQuotedWithFileAndLines() async throws {
        try await ModelTable.with { table in
            let folder = table.scratch["notes"]
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try table.scratch.write("notes/shop.md", "# Shop\n\nThe tea shop sells oolong tea on Mondays.\n")
            let ran = await table.review("--context", folder)
            #expect(ran.code == .reached, "\(ran.progress)")
            let quoting = table.prompts.filter {
                $0.contains("sells oolong tea") && $0.firstRange(of: /shop\.md:\d+/) != nil
            }
            #expect(quoting.count == 3)
        }
    }

    @Test func diverseModelsAreAllAsked() async throws {
        try await ModelTable.with { table in
            let ran = await table.review("--models", "diverse", model: "openai/one,openai/two")
            #expect(ran.code == .reached, "\(ran.progress)")
            #expect(table.models.counters.models == ["one": 2, "two": 1])
        }
    }

    @Test func aLongDocumentIsReadBySection() async throws {
        let sections = (1...6).map { "## Part \($0)\n\n" + String(repeating: "We sell tea \($0). ", count: 60) + "\n" }
        try await ModelTable.with("# Tea\n\n" + sections.joined(separator: "\n")) { table in
            let ran = await table.review("--part-tokens", "600")
            #expect(ran.code == .reached, "\(ran.progress)")
            #expect(ran.progress.contains("it is read by section, each of at most 600 tokens"))
            for number in 1...6 {
                #expect(table.prompts.count { $0.contains("We sell tea \(number). ") } >= 3, "part \(number)")
            }
            #expect(table.models.counters.requests > 6)
        }
    }

    // MARK: Bad input: nothing is asked

    @Test func flagsThatCannotBeUsedAreRefused() async throws {
        try await ModelTable.with { table in
            let unknown = await table.review(seats: ["--preset", "prdd"])
            #expect(unknown.code == .usage)
            #expect(unknown.progress.contains("there is no preset 'prdd'; did you mean 'prd'?"))
            let both = await table.review("--offline")
            #expect(both.code == .usage)
            #expect(both.progress.contains("--offline and --model contradict each other"))
            #expect(table.models.counters.requests == 0)
        }
    }

    // MARK: Participants that a model makes up

    /// A program that takes the place of an editor.
    private func editor(_ command: String, in table: ModelTable) throws -> String {
        let path = try table.scratch.write("editor", "#!/bin/sh\n\(command)\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    @Test func generatedParticipantsAreEditedBeforeTheStart() async throws {
        try await ModelTable.with { table in
            let editor = try editor(#"sed -i 's/name: fake-name-2/name: auditor/' "$1""#, in: table)
            let ran = await table.review("--json", "--edit", seats: ["--generate", "3"], editor: editor)
            #expect(ran.code == .reached, "\(ran.progress)")
            let critics = try list(list(table.json(ran.output)["rounds"]).first?["critics"]).map { $0["critic"] }
            #expect(critics == ["fake-name", "auditor", "fake-name-3"])
            #expect(ran.progress.contains("--preset "))
            #expect(try table.scratch.read("home/presets/tea-notes.yaml").contains("name: auditor"))
        }
    }

    @Test(
        "an edit that breaks the file starts nothing",
        arguments: [
            ("echo '  : [' >> \"$1\"", "mend the file and give it with --preset"),
            ("exit 3", "has failed, so nothing was started"),
        ])
    func brokenEdit(command: String, message: String) async throws {
        try await ModelTable.with { table in
            let editor = try editor(command, in: table)
            let ran = await table.review("--edit", seats: ["--generate", "3"], editor: editor)
            #expect(ran.code == .usage, "\(ran.progress)")
            #expect(ran.progress.contains(message), "\(ran.progress)")
            #expect(table.prompts.count == 4, "three participants and the focus")
        }
    }
}
