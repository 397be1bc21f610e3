import Testing
import TuttiCore
import TuttiDocuments
import TuttiTeams

@Suite struct OutcomeTests {
    private let content = ScriptedCritic("a", .finds([:]))
    private let never = ScriptedCritic("a", .finds(["gap": .high]))

    @Test func convergesInTheFirstRoundWithoutTheModerator() async throws {
        let result = try await sit([content], ScriptedModerator(Words.text(50)))
        #expect(result.outcome == .converged)
        #expect(result.isGoalReached)
        #expect(result.document == Words.first)
        #expect(result.rounds.count == 1)
        #expect(result.rounds[0].edits == [])
    }

    @Test func convergesLaterOnTheVersionThatWasReviewed() async throws {
        let critic = ScriptedCritic("a", .finds(["gap": .high]), .finds(["gap": .critical]), .finds([:]))
        let result = try await sit([critic], ScriptedModerator(Words.text(50), Words.text(90), "never seen"))
        #expect(result.outcome == .converged)
        #expect(result.document == Words.text(90))
        #expect(result.rounds.count == 3)
        #expect(result.rounds.map(\.edits.count) == [1, 1, 0])
    }

    @Test("convergence comes before a change that is small", arguments: [1, 50])
    func convergedBeforeStable(changed: Int) async throws {
        let critic = ScriptedCritic("a", .finds(["gap": .high]), .finds([:]))
        #expect(try await sit([critic], ScriptedModerator(Words.text(changed))).outcome == .converged)
    }

    @Test func isStableBelowTheThreshold() async throws {
        let result = try await sit([never], ScriptedModerator(Words.text(1), "never seen"))
        #expect(result.outcome == .stable)
        #expect(!result.isGoalReached)
        #expect(result.rounds.count == 2)
        #expect(result.document == Words.text(1))
        #expect(result.reason.contains("less than 5 %"))
        #expect(result.reason.contains("1 open finding is high or worse"))
    }

    @Test func goesOnWhenTheChangeIsExactlyTheThreshold() async throws {
        let change = TextDiff.changeRatio(from: Words.first, to: Words.text(10))
        let moderator = ScriptedModerator(Words.text(10), Words.text(60))
        let result = try await sit([never], moderator) { $0.threshold = change }
        #expect(result.rounds[1].change == change)
        #expect(result.rounds[1].verdict.outcome == nil)
        let above = try await sit([never], moderator) { $0.threshold = change.nextUp }
        #expect(above.outcome == .stable)
        #expect(above.rounds.count == 2)
    }

    @Test("a threshold of 0 lets every change count, one of 1 none but a whole one", arguments: [0.0, 1.0])
    func extremeThresholds(threshold: Double) async throws {
        let result = try await sit([never], ScriptedModerator(Words.text(1), Words.text(2), Words.text(3))) {
            $0.threshold = threshold
        }
        #expect(result.outcome == (threshold == 0 ? .exhausted : .stable))
        #expect(result.rounds.count == (threshold == 0 ? 3 : 2))
    }

    @Test("is stable when the moderator changes nothing", arguments: [0, 1])
    func unchanged(versions: Int) async throws {
        let moderator = versions == 0 ? ScriptedModerator() : ScriptedModerator(Words.text(50))
        let result = try await sit([never], moderator)
        #expect(result.outcome == .stable)
        #expect(result.rounds.count == versions + 1)
        #expect(result.document == (versions == 0 ? Words.first : Words.text(50)))
        #expect(result.reason.contains("nothing left to change"))
    }

    @Test func oscillatesWhenAVersionComesBack() async throws {
        let result = try await sit([never], ScriptedModerator(Words.text(50), Words.first, "never seen")) {
            $0.maxIterations = 10
        }
        #expect(result.outcome == .oscillating)
        #expect(result.rounds.count == 3)
        #expect(result.document == Words.first)
        #expect(!result.isGoalReached)
    }

    @Test func oscillatesInTheLastRound() async throws {
        let result = try await sit([never], ScriptedModerator(Words.text(50), Words.first)) { $0.maxIterations = 3 }
        #expect(result.outcome == .oscillating, "which says more than that the rounds are used up")
    }

    @Test func isStableRatherThanOscillating() async throws {
        let moderator = ScriptedModerator(Words.text(60), Words.text(1), Words.first)
        let result = try await sit([never], moderator) { $0.maxIterations = 10 }
        #expect(result.outcome == .stable)
        #expect(result.rounds.count == 4)
    }

    @Test("uses up its rounds", arguments: [1, 3, 10])
    func exhausted(rounds: Int) async throws {
        let result = try await sit([never], Rewriter()) { $0.maxIterations = rounds }
        #expect(result.outcome == .exhausted)
        #expect(result.rounds.count == rounds)
        #expect(!result.isGoalReached)
        #expect(result.reason.hasPrefix(rounds == 1 ? "the one round is" : "all \(rounds) rounds are"))
    }

    @Test("stops by a rule of one's own", arguments: [1, 2], [true, false])
    func custom(round: Int, isGoalReached: Bool) async throws {
        let rule = ScriptedRule(inRound: round, "the deadline is near", isGoalReached: isGoalReached)
        let result = try await sit([never], Rewriter(), rules: [rule])
        #expect(result.outcome == .custom)
        #expect(result.reason == "the deadline is near")
        #expect(result.isGoalReached == isGoalReached)
        #expect(result.rounds.count == round)
    }

    @Test func asksOwnRulesInTheirOrderAndBeforeAllOthers() async throws {
        let rules = [
            ScriptedRule(inRound: 2, "late", isGoalReached: true),
            ScriptedRule(inRound: 1, "first", isGoalReached: false),
            ScriptedRule(inRound: 1, "second", isGoalReached: true),
        ]
        let result = try await sit([content], rules: rules)
        #expect(result.outcome == .custom)
        #expect(result.reason == "first")
        #expect(!result.isGoalReached)
    }

    @Test func ownRulesMayBreakAWorryingSilence() async throws {
        let broken = ScriptedCritic("b", .fails)
        let rule = ScriptedRule(inRound: 1, isGoalReached: true)
        let result = try await sit([content, broken], rules: [rule])
        #expect(result.outcome == .custom)
        #expect(result.isGoalReached)
    }

    @Test(
        "the bar decides what keeps the loop going", arguments: Severity.allCases, Severity.allCases)
    func bar(bar: Severity, found: Severity) async throws {
        let critic = ScriptedCritic("a", .finds(["gap": found]))
        let result = try await sit([critic]) { $0.bar = bar }
        #expect(result.outcome == (found >= bar ? .stable : .converged))
        #expect(result.open.map(\.finding.severity) == [found])
    }
}

/// A moderator that never runs out of ideas.
struct Rewriter: Moderator {
    let id = "rewriter"

    func refine(_ request: RefineRequest) async -> Revision {
        Revision(text: Words.text(100, mark: "round\(request.round)x"))
    }
}
