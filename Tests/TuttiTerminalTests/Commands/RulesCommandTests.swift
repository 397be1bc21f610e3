import FoundationEssentials
import Testing
import TuttiComposition
import TuttiCore
import TuttiDocuments

@testable import TuttiTerminal

@Suite("tutti rules")
struct RulesCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func anUnknownRuleNamesTheNearest() async {
        #expect(
            await desk.run("rules", "placholder")
                == .init(
                    code: .usage, output: "",
                    progress: "tutti: there is no rule 'placholder'; did you mean 'placeholder'?\n"))
        #expect(await desk.run("rules", "q").progress == "tutti: there is no rule 'q'; 'tutti rules' lists them\n")
    }

    @Test func everyRuleIsListedUnderItsCritic() async throws {
        let answer = await desk.run("rules")
        #expect(answer.code == .reached)
        let words = Set(answer.output.split(whereSeparator: \.isWhitespace).map(String.init))
        let rules = Rulebook.standard.rules
        #expect(words.isSuperset(of: rules.map(\.code)))
        #expect(words.isSuperset(of: rules.map(\.critic)))
        let listed = await desk.run("rules", "--json").output
        let decoded = try CanonicalJSON.decode([Rule].self, from: Data(listed.utf8))
        #expect(decoded == rules)
    }

    @Test(arguments: Rulebook.standard.rules.map(\.code)) func everyRuleIsExplained(code: String) async throws {
        let rule = try #require(Rulebook.standard.rule(code))
        let answer = await desk.run("rules", code.uppercased())
        #expect(answer.code == .reached && answer.progress == "")
        let lines = answer.output.split(separator: "\n").map(String.init)
        #expect(lines.first == "\(code)  \(rule.severity.rawValue)  critic \(rule.critic)")
        #expect(lines.contains("  <!-- tutti-ignore \(code): the reason -->"))
        #expect(lines.contains("  \(rule.kinds.map(\.rawValue).joined(separator: ", "))"))
        #expect(lines.allSatisfy { $0.count <= 100 })
        let json = try CanonicalJSON.decode(Rule.self, from: Data(await desk.run("rules", code, "--json").output.utf8))
        #expect(json == rule)
    }

    /// What the page says about silencing is what the rulebook does.
    @Test func theCommentOnThePageSilences() throws {
        let text = "# Plan\n\n<!-- tutti-ignore placeholder: comes later -->\nTBD.\n\nTBD again.\n"
        let reviews = Rulebook.standard.review(
            Document(text: text), kind: .generic, critics: CriticProfile.all.map(\.id))
        let open = reviews.flatMap(\.findings).filter { $0.code == "placeholder" }
        #expect(open.map(\.line) == [6])
        #expect(reviews.flatMap(\.silenced).map(\.reason) == ["comes later"])
    }
}

@Suite("tutti version, completions and config")
struct SmallCommandTests {
    let desk: Desk

    init() throws { desk = try Desk() }

    @Test func theVersionNeedsNoHome() async throws {
        let version = Release.version
        #expect(
            await desk.run("version", setting: ["HOME": "", "TUTTI_HOME": ""])
                == .init(code: .reached, output: "tutti \(version)\n", progress: ""))
        let json = await desk.run("version", "--json")
        #expect(
            try CanonicalJSON.decode(JSONValue.self, from: Data(json.output.utf8))
                == ["name": "tutti", "version": .string(version)])
    }

    @Test(arguments: Shell.allCases) func everyShellGetsItsCompletions(shell: Shell) async {
        let answer = await desk.run("completions", shell.rawValue)
        #expect(answer.code == .reached && answer.progress == "")
        #expect(answer.output == CompletionScript(table: TuttiProgram.program.table).text(for: shell))
        #expect(answer.output.contains("resume"))
    }

    @Test func anUnknownShellIsAUsageError() async { #expect(await desk.run("completions", "dos").code == .usage) }

    @Test func everyCommandOfTheTableHasItsHandler() {
        #expect(TuttiProgram.program.table.commands.map(\.name) == CommandTable.release.commands.map(\.name))
    }

    @Test func theConfigurationTellsWhereValuesComeFrom() async throws {
        try FileManager.default.createDirectory(atPath: desk.home, withIntermediateDirectories: true)
        let path = try desk.write("roundtable:\n  fail_on: medium\n", to: "home/tutti.yaml")
        let answer = await desk.run("config", setting: ["TUTTI_LOG_LEVEL": "debug"])
        #expect(answer.code == .reached)
        let lines = answer.output.split(separator: "\n").map { $0.split(separator: " ", maxSplits: 2).map(String.init) }
        let bySource = Dictionary(uniqueKeysWithValues: lines.map { ($0[0], [$0[1], $0[2].trimmed]) })
        #expect(bySource["home"] == [desk.home, "environment TUTTI_HOME"])
        #expect(bySource["roundtable.fail_on"] == ["medium", "file \(path)"])
        #expect(bySource["log.level"] == ["debug", "environment TUTTI_LOG_LEVEL"])
        #expect(bySource["roundtable.max_iterations"] == ["3", "default"])
    }

    @Test func aMistakeInTheConfigurationIsCode2() async {
        let answer = await desk.run("config", setting: ["TUTTI_LOG_LEVEL": "loud"])
        #expect(answer.code == .usage && answer.output == "")
        #expect(answer.progress.hasPrefix("tutti: TUTTI_LOG_LEVEL 'loud' "))
    }

    @Test func theConfigurationAsJSON() async throws {
        let answer = await desk.run("config", "--json")
        let json = try CanonicalJSON.decode(JSONValue.self, from: Data(answer.output.utf8))
        #expect(json["home"] == ["value": .string(desk.home), "source": "environment TUTTI_HOME"])
        guard case .array(let keys) = json["keys"], let level = keys.first(where: { $0["key"] == "log.level" })
        else {
            Issue.record("there are no keys in \(answer.output)")
            return
        }
        #expect(level["value"] == "notice" && level["source"] == "default")
        #expect(level["environment"] == "TUTTI_LOG_LEVEL")
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
