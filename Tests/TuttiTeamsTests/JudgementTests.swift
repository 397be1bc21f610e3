import Testing
import TuttiCore
import TuttiDocuments

@testable import TuttiTeams

/// Every combination of what a verdict depends on, against the order of the rules.
@Suite struct JudgementTests {
    private let judgement = Judgement(bar: .high, threshold: 0.05, maxIterations: 3)

    struct Case: Sendable {
        var isCustom, isSevere, isMissing, isSmall, isKnown, isLast: Bool

        static let all: [Case] = (0..<64).map { bits in
            let bit = { (place: Int) in bits >> place & 1 == 1 }
            return Case(
                isCustom: bit(0), isSevere: bit(1), isMissing: bit(2), isSmall: bit(3), isKnown: bit(4), isLast: bit(5))
        }

        var expected: RoundtableOutcome? {
            if isCustom { return .custom }
            if !isSevere && !isMissing { return .converged }
            if isSmall { return .stable }
            if isKnown { return .oscillating }
            return isLast ? .exhausted : nil
        }
    }

    @Test("rules are tried in their order", arguments: Case.all)
    func order(of it: Case) {
        let finding = Finding(
            critic: "a", code: "c", severity: it.isSevere ? .high : .medium, subject: "s", message: "m")
        let state = RoundState(
            round: it.isLast ? 3 : 2, document: "d", findings: [finding], failedCritics: it.isMissing ? ["b"] : [],
            change: it.isSmall ? 0.01 : 0.5)
        let custom = it.isCustom ? StopDecision(reason: "r", isGoalReached: false) : nil
        let verdict = judgement.verdict(state, isKnownVersion: it.isKnown, custom: custom)
        #expect(verdict.outcome == it.expected)
        #expect(verdict.isGoalReached == (it.expected == .converged))
        #expect(!verdict.reason.isEmpty)
        if it.isMissing && !it.isCustom { #expect(verdict.reason.contains("no review from b")) }
    }

    @Test("a person who asks for the end gets it unless the goal is reached or a rule decides", arguments: Case.all)
    func finish(of it: Case) {
        let finding = Finding(
            critic: "a", code: "c", severity: it.isSevere ? .high : .medium, subject: "s", message: "m")
        let state = RoundState(
            round: it.isLast ? 3 : 2, document: "d", findings: [finding], failedCritics: it.isMissing ? ["b"] : [],
            change: it.isSmall ? 0.01 : 0.5)
        let custom = it.isCustom ? StopDecision(reason: "r", isGoalReached: false) : nil
        let verdict = judgement.verdict(
            state, isKnownVersion: it.isKnown, custom: custom, finish: FinishRequest(by: "ada"))
        let isByPerson = !it.isCustom && (it.isSevere || it.isMissing)
        #expect(verdict.outcome == (isByPerson ? .custom : it.expected))
        #expect((verdict.reason == "ada ended it") == isByPerson)
    }

    @Test("percent are told plainly", arguments: [(0.05, "5 %"), (0.125, "12.5 %"), (0.07, "7 %"), (1, "100 %")])
    func percent(threshold: Double, text: String) {
        let judgement = Judgement(bar: .high, threshold: threshold, maxIterations: 3)
        let state = RoundState(round: 2, document: "d", failedCritics: ["b"], change: 0)
        let verdict = judgement.verdict(state, isKnownVersion: false, custom: nil)
        #expect(verdict.reason == "the last refinement changed 0 % of the text, less than \(text); no review from b")
    }
}
