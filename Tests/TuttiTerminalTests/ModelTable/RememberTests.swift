import FakeModels
import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiTerminal

@Suite("tutti roundtable --remember, and tutti memory", .serialized)
struct RememberTests {
    @Test func participantsAreToldTheNextTimeWhatTheyHaveFound() async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.diligent) { table in
            let first = await table.review("--remember", "shop")
            #expect(first.code == .reached && !first.progress.contains("remember"), "\(first.progress)")
            #expect(!table.prompts.contains { $0.contains("What you have found before") })

            let names = await table.tutti(["memory", "ls", "--json"])
            let name = try #require(table.json(names.output).items.first)
            #expect(name["name"] == "shop" && name["findings"] == 3)
            let known = table.prompts.count

            let second = await table.review("--remember", "shop")
            #expect(second.progress.contains("the critics remember 3 findings from before"), "\(second.progress)")
            let asked = table.prompts.dropFirst(known).filter { $0.contains("Review") }
            #expect(asked.count { $0.contains("- [high, answered then] owner: No owner") } >= 3)
        }
    }

    @Test func whatIsRememberedCanBeSeenAndForgotten() async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.diligent) { table in
            let none = await table.tutti(["memory", "ls"])
            #expect(none.code == .reached && none.output.hasPrefix("Nothing is remembered yet;"))
            _ = await table.review("--remember", "shop")
            let shown = await table.tutti(["memory", "ls", "shop"])
            for critic in ["first", "second", "third"] {
                #expect(shown.output.contains(critic), "\(shown.output)")
            }
            #expect(shown.output.contains("answered") && shown.output.contains("No owner"))
            let entries = try table.json(await table.tutti(["memory", "ls", "shop", "--json"]).output).items
            #expect(entries.map { $0["is_fixed"] } == [true, true, true])
            #expect(entries.allSatisfy { $0["severity"] == "high" && $0["expires"]?.stringValue != nil })

            let forgotten = await table.tutti(["memory", "forget", "shop"])
            #expect(forgotten.output == "Forgot 3 findings of 'shop'.\n")
            let again = await table.tutti(["memory", "forget", "shop"])
            #expect(again.code == .reached && again.output == "Nothing is remembered under 'shop'.\n")
            let after = await table.tutti(["memory", "ls"])
            #expect(after.output.hasPrefix("Nothing is remembered yet;"))
        }
    }

    @Test("a name has its rules, and needs a model", arguments: [["--remember", ""], ["--remember", "a\nb"]])
    func badNames(words: [String]) async throws {
        try await ModelTable.with { table in
            let ran = await table.review(words[0], words[1])
            #expect(ran.code == .usage && ran.progress.contains("--remember"), "\(ran.progress)")
            #expect(table.models.counters.requests == 0)
            let offline = await table.tutti(["roundtable", table.scratch["plan.md"], "--remember", "shop"])
            #expect(offline.code == .usage && offline.progress.contains("--remember needs a model"))
        }
    }

    @Test func aRunThatIsReplayedNeedsNoMemory() async throws {
        try await ModelTable.with(RoundtableSample.good, TableScript.diligent) { table in
            let ran = await table.review("--remember", "shop")
            let run = try #require(ran.output.firstMatch(of: /run_[0-9a-z]{26}/)).output
            _ = await table.tutti(["memory", "forget", "shop"])
            let replayed = await table.tutti(["runs", "replay", String(run)])
            #expect(replayed.code == .reached, "\(replayed.output) \(replayed.progress)")
        }
    }
}

extension JSONValue {
    fileprivate var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
}
