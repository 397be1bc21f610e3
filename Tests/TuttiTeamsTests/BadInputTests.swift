import Testing
import TuttiCore
import TuttiDocuments
import TuttiTeams

/// What cannot be started is refused by name, before anybody reads anything.
@Suite struct BadInputTests {
    private let critics = [ScriptedCritic("a", .finds([:])), ScriptedCritic("b", .finds([:]))]

    private func refusal(
        on document: String = Words.first, _ configure: @Sendable (inout RoundtableInput) -> Void = { _ in }
    ) async throws -> StepError? {
        try await failure(critics, on: document, configure)
    }

    @Test("an empty document", arguments: ["", " ", "\n\t\r\n \u{0B}\u{0C}"])
    func empty(document: String) async throws {
        let error = try await refusal(on: document)
        #expect(error?.code == "bad_input")
        #expect(error?.message == "document is empty; give a text to review")
    }

    @Test func aDocumentThatIsTooLong() async throws {
        let document = String(repeating: "a", count: RoundtableInput.documentSizeMax + 1)
        let error = try await refusal(on: document)
        #expect(error?.code == "bad_input")
        #expect(error?.message.contains("the limit is 2097152; review it in parts") == true)
    }

    @Test func aDocumentOfTheLongestLengthIsRead() async throws {
        let line = String(repeating: "word ", count: 15) + "\n"
        let text = String(repeating: line, count: RoundtableInput.documentSizeMax / line.utf8.count)
        let document = text + String(repeating: "a", count: RoundtableInput.documentSizeMax - text.utf8.count)
        #expect(try await sit(critics, on: document).outcome == .converged)
    }

    @Test("rounds out of range", arguments: [0, -1, 11, Int.max])
    func rounds(count: Int) async throws {
        let error = try await refusal { $0.maxIterations = count }
        #expect(error?.code == "bad_input")
        #expect(error?.message == "maxIterations is \(count); use 1 to 10")
    }

    @Test("a threshold out of range", arguments: [-0.01, 1.01, 1e300])
    func threshold(value: Double) async throws {
        let error = try await refusal { $0.threshold = value }
        #expect(error?.code == "bad_input")
        #expect(error?.message.hasPrefix("threshold is ") == true)
    }

    @Test("a threshold that is no number is refused at the start", arguments: [Double.nan, .infinity])
    func noNumber(value: Double) async throws {
        let error = await #expect(throws: StepError.self) { try await refusal { $0.threshold = value } }
        #expect(error?.code == "not_encodable")
    }

    @Test func noCritic() async throws {
        let error = try await refusal { $0.critics = [] }
        #expect(error?.code == "bad_input")
        #expect(error?.message == "critics is empty; name at least one")
    }

    @Test func aCriticNamedTwice() async throws {
        let error = try await refusal { $0.critics = ["a", "b", "a"] }
        #expect(error?.code == "bad_input")
        #expect(error?.message == "critics names 'a' twice; name each critic once")
    }

    @Test("an unknown critic", arguments: ["c", "", "A"])
    func unknown(critic: String) async throws {
        let error = try await refusal { $0.critics = ["a", critic] }
        #expect(error?.code == "unknown_critic")
        #expect(error?.message == "there is no critic '\(critic)'; there are a, b")
    }

    @Test func asksOnlyTheCriticsThatAreNamedAndInTheirOrder() async throws {
        let roundtable = try await sit([critics[1], critics[0]])
        #expect(roundtable.rounds[0].critics.map(\.critic) == ["b", "a"])
    }

    @Test("a moderator that returns nothing to review", arguments: ["", " \n"])
    func badRevision(text: String) async throws {
        let result = try await sit([ScriptedCritic("a", .finds(["gap": .high]))], ScriptedModerator(text))
        let error = result.rounds[0].moderatorError
        #expect(result.outcome == .stalled && error?.code == "bad_revision" && error?.origin == "refine#1")
        #expect(error?.message.hasPrefix("the document that the moderator 'scripted' returned is empty") == true)
    }
}
