import Testing
import TuttiCore
import TuttiDocuments
import TuttiTeams

/// New, repeated and fixed over the rounds.
@Suite struct TrackingTests {
    @Test func tellsNewRepeatedAndFixedApart() async throws {
        let critic = ScriptedCritic(
            "a", .finds(["one": .high, "two": .medium]), .finds(["two": .medium, "three": .high]),
            .finds(["one": .high, "three": .high]))
        let result = try await sit([critic], Rewriter())
        #expect(result.subjects(.new) == [["one", "two"], ["three"], ["one"]])
        #expect(result.subjects(.repeated) == [[], ["two"], ["three"]])
        #expect(result.fixedSubjects == [[], ["one"], ["two"]])
    }

    @Test func keepsFindingsOfTwoCriticsApart() async throws {
        let first = ScriptedCritic("a", .finds(["one": .high]), .finds([:]))
        let second = ScriptedCritic("b", .finds([:]), .finds(["one": .high]))
        let result = try await sit([first, second], Rewriter()) { $0.maxIterations = 2 }
        #expect(result.subjects(.new) == [["one"], ["one"]])
        #expect(result.fixedSubjects == [[], ["one"]])
    }

    @Test func aFailedCriticsFindingsAreNeitherRepeatedNorFixed() async throws {
        let flaky = ScriptedCritic(
            "a", .finds(["kept": .high, "mended": .high]), .fails, .finds(["kept": .high, "late": .high]))
        let steady = ScriptedCritic("b", .finds(["gap": .high]))
        let result = try await sit([flaky, steady], Rewriter())
        #expect(result.subjects(.new) == [["gap", "kept", "mended"], [], ["late"]])
        #expect(result.subjects(.repeated) == [[], ["gap"], ["gap", "kept"]])
        #expect(result.fixedSubjects == [[], [], ["mended"]])
        #expect(result.rounds[1].critics[0].error == "absent: nobody is at the desk")
        #expect(result.rounds[1].critics[0].counts.total == 0)
    }

    @Test func aChangedSeverityIsTheSameFinding() async throws {
        let critic = ScriptedCritic("a", .finds(["one": .critical]), .finds(["one": .low]))
        let result = try await sit([critic], Rewriter())
        #expect(result.outcome == .converged)
        #expect(result.subjects(.repeated) == [[], ["one"]])
    }

    @Test func criticsHearWhatIsOpenAndModeratorsToo() async throws {
        let critic = ScriptedCritic("a", .finds(["one": .high, "two": .critical]))
        let result = try await sit([critic, Listener()], Listener()) { $0.maxIterations = 2 }
        let heard = result.rounds.map { $0.findings.map(\.finding).first { $0.critic == "listener" }?.message }
        #expect(heard == ["round 1: ", "round 2: two, one, heard"])
        #expect(result.document == "The moderator was told of two, one, heard in round 1.")
    }
}

/// Tells what it is told.
struct Listener: Critic, Moderator {
    let id = "listener"

    func review(_ request: ReviewRequest) async -> Review {
        let open = request.open.map(\.subject).joined(separator: ", ")
        return Review(
            critic: id,
            findings: [
                Finding(
                    critic: id, code: "heard", severity: .low, subject: "heard",
                    message: "round \(request.round): \(open)")
            ])
    }

    func refine(_ request: RefineRequest) async -> Revision {
        let open = request.findings.map(\.subject).joined(separator: ", ")
        return Revision(text: "The moderator was told of \(open) in round \(request.round).")
    }
}
