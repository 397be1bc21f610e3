import Testing
import TuttiCore

@testable import TuttiDocuments

struct RuleTests {
    @Test(arguments: RuleExample.all)
    func findsWhatBreaksTheRule(example: RuleExample) {
        for text in example.bad {
            let codes = Rulebook.standard.rawFindings(Document(text: text), kind: example.kind).map(\.code)
            #expect(codes.contains(example.code), "\(example.code) is silent on: \(text)")
        }
    }

    @Test(arguments: RuleExample.all)
    func isSilentOnWhatOnlyLooksLikeIt(example: RuleExample) {
        for text in example.good {
            let found = Rulebook.standard.rawFindings(Document(text: text), kind: example.kind)
                .filter { $0.code == example.code }
            #expect(found.isEmpty, "\(example.code) says \(found.map(\.message)) on: \(text)")
        }
    }

    @Test func everyRuleHasTwoExamplesOfEachSort() {
        for rule in Rulebook.standard.rules {
            let examples = RuleExample.all.filter { $0.code == rule.code }
            #expect(examples.map(\.bad.count).reduce(0, +) >= 2, "\(rule.code)")
            #expect(examples.map(\.good.count).reduce(0, +) >= 2, "\(rule.code)")
        }
    }

    @Test func codesAreUniqueAndKebabCase() {
        let codes = Rulebook.standard.rules.map(\.code)
        #expect(Set(codes).count == codes.count)
        for code in codes { #expect(code.allSatisfy { $0.isLowercase || $0 == "-" }, "\(code)") }
    }

    @Test func everyRuleExplainsItselfAndBelongsToOneCritic() {
        let critics = Set(CriticProfile.all.map(\.id))
        for rule in Rulebook.standard.rules {
            #expect(critics.contains(rule.critic))
            #expect(!rule.kinds.isEmpty && !rule.title.isEmpty && !rule.reason.isEmpty)
            #expect(!rule.bad.isEmpty && !rule.good.isEmpty)
            #expect(Rulebook.standard.rule(rule.code) == rule)
        }
        #expect(Rulebook.standard.rule("no-such-rule") == nil)
    }
}
