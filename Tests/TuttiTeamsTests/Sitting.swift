import FoundationEssentials
import Testing
import TuttiCore
import TuttiEngine
import TuttiStore
import TuttiTesting

@testable import TuttiDocuments
@testable import TuttiTeams

/// The number of the attempt that the current step makes.
enum Attempt {
    static var current: Int { StepContext.current?.attempt ?? 1 }
}

/// Holds a roundtable on an engine in memory, and checks what must hold of every result.
func sit(
    _ critics: [any Critic], _ moderator: any Moderator = ScriptedModerator(), rules: [any StopRule] = [],
    on document: String = Words.first, _ configure: @Sendable (inout RoundtableInput) -> Void = { _ in }
) async throws -> RoundtableResult {
    let roundtable = Roundtable(critics: critics, moderator: moderator, stopRules: rules)
    var input = RoundtableInput(document: document)
    input.critics = critics.map(\.id)
    configure(&input)
    let fixed = input
    let result = try await withEngine(on: MemoryJournalStore(), [roundtable]) { engine in
        try await engine.start(roundtable, fixed).output
    }
    expectCoherence(result, of: input)
    return result
}

/// The error that a roundtable fails with.
func failure(
    _ critics: [any Critic], _ moderator: any Moderator = ScriptedModerator(), rules: [any StopRule] = [],
    on document: String = Words.first, _ configure: @Sendable (inout RoundtableInput) -> Void = { _ in }
) async throws -> StepError? {
    do {
        _ = try await sit(critics, moderator, rules: rules, on: document, configure)
        return nil
    } catch let error as RunError {
        #expect(error.reason == .failed)
        return error.cause
    }
}

/// What holds however a roundtable ends.
func expectCoherence(_ result: RoundtableResult, of input: RoundtableInput) {
    #expect(result.rounds.map(\.round) == Array(1...result.rounds.count))
    #expect(result.versions.count == result.rounds.count)
    #expect(result.rounds.count <= input.maxIterations)
    #expect(result.versions.first == input.document)
    #expect(result.rounds.map(\.sha256) == result.versions.map(Digest.sha256Hex))
    #expect(result.document == result.versions.last, "what is returned is what was reviewed last")
    for (index, round) in result.rounds.enumerated() {
        let isLast = index == result.rounds.count - 1
        #expect((round.verdict.outcome != nil) == isLast)
        #expect(round.critics.map(\.critic) == input.critics)
        #expect(round.findings.map(\.finding) == round.findings.map(\.finding).sorted(by: Finding.isWorse))
        #expect(round.findings.count == round.critics.reduce(0) { $0 + $1.counts.total })
        let change =
            index == 0 ? nil : TextDiff.changeRatio(from: result.versions[index - 1], to: result.versions[index])
        #expect(round.change == change)
        if result.outcome == .converged {
            #expect(round.verdict.outcome == nil || round.critics.allSatisfy { $0.error == nil })
        }
    }
    #expect(result.rounds.last?.verdict.reason == result.reason)
    #expect(result.rounds.last?.verdict.isGoalReached == result.isGoalReached)
}

extension RoundtableResult {
    /// The subjects of findings in a state, round by round.
    func subjects(_ state: FindingState) -> [[String]] {
        rounds.map { round in round.findings.filter { $0.state == state }.map(\.finding.subject).sorted() }
    }

    /// The subjects of findings that were fixed, round by round.
    var fixedSubjects: [[String]] { rounds.map { $0.fixed.map(\.subject).sorted() } }
}

extension Finding {
    /// What it is about: the last part of its identity.
    var subject: String { identity.split(separator: "/").last.map(String.init) ?? "" }
}
