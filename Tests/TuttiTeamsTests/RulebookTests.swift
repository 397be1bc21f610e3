import FoundationEssentials
import Testing
import TuttiCore

@testable import TuttiDocuments
@testable import TuttiTeams

/// The documents of the rulebook's corpus through the whole roundtable, offline.
@Suite struct RulebookTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        var name: String
        var text: String
        var testDescription: String { name }

        static let all: [Sample] = {
            let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appending(path: "TuttiDocumentsTests/Corpus")
            let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
            return files.filter { $0.hasSuffix(".md") }.sorted().compactMap { file in
                guard let data = try? Data(contentsOf: folder.appending(path: file)) else { return nil }
                return Sample(name: file, text: String(decoding: data, as: UTF8.self))
            }
        }()

        static func named(_ beginning: String) -> [Sample] { all.filter { $0.name.hasPrefix(beginning) } }
    }

    @Test func theCorpusIsThere() {
        #expect(Sample.named("good").count >= 2)
        #expect(Sample.named("poor").count >= 3)
        #expect(Sample.all.count >= 8)
    }

    @Test("a good document converges as it is", arguments: Sample.named("good"))
    func good(sample: Sample) async throws {
        let result = try await sit(RulebookCritic.all(), RulebookModerator(), on: sample.text)
        #expect(result.outcome == .converged)
        #expect(result.document == sample.text)
    }

    @Test("a poor document ends stable, with questions for its author", arguments: Sample.named("poor"))
    func poor(sample: Sample) async throws {
        let result = try await sit(RulebookCritic.all(), RulebookModerator(), on: sample.text)
        #expect(result.outcome == .stable)
        #expect((2...3).contains(result.rounds.count))
        #expect(result.document.contains("Question:"))
        #expect(result.open.contains { !$0.finding.questions.isEmpty })
        #expect(result.open.contains { $0.finding.severity >= .high })
    }

    @Test("a document in between comes to an end before its rounds do", arguments: Sample.named("medium"))
    func medium(sample: Sample) async throws {
        let result = try await sit(RulebookCritic.all(), RulebookModerator(), on: sample.text)
        #expect(result.outcome == .converged || result.outcome == .stable)
    }

    @Test("an unanswered question is repeated, an answered one fixed", arguments: Sample.named("poor"))
    func answers(sample: Sample) async throws {
        let asked = try await sit(RulebookCritic.all(), RulebookModerator(), on: sample.text)
        let questions = asked.open.map(\.finding).filter { finding in
            finding.keys.contains { asked.document.contains(" \($0)") }
        }
        #expect(!questions.isEmpty)
        let answered = try await sit(RulebookCritic.all(), Answering(), on: sample.text)
        let fixed = Set(answered.rounds.flatMap(\.fixed).map(\.identity))
        let open = Set(answered.open.map(\.finding.identity))
        for question in questions {
            #expect(fixed.contains(question.identity), "\(question.identity)")
            #expect(!open.contains(question.identity), "\(question.identity)")
        }
    }

    @Test("the result reviewed again is the result", arguments: Sample.all)
    func again(sample: Sample) async throws {
        let first = try await sit(RulebookCritic.all(), RulebookModerator(), on: sample.text)
        let again = try await sit(RulebookCritic.all(), RulebookModerator(), on: first.document)
        #expect(again.outcome == first.outcome)
        #expect(again.document == first.document)
        #expect(again.open.map(\.finding) == first.open.map(\.finding))
    }

    @Test func questionsOfAnOwnCriticStayUntilTheyAreAnswered() async throws {
        let result = try await sit(
            RulebookCritic.all() + [Curious()], RulebookModerator(), on: "# Notes\n\nWe sell tea.\n")
        #expect(result.outcome == .stable)
        #expect(result.document.contains("**Question:** Who drinks it?"))
        #expect(result.open.map(\.finding.critic) == ["curious"])
    }
}

/// A critic of somebody's own whose question the rulebook does not know.
private struct Curious: Critic {
    let id = "curious"

    func review(_ request: ReviewRequest) async -> Review {
        Review(
            critic: id,
            findings: [
                Finding(
                    critic: id, code: "drinkers", severity: .high, subject: "tea", message: "Nobody drinks it.",
                    questions: ["Who drinks it?"])
            ])
    }
}

/// The rulebook's moderator, and an author who answers everything at once.
struct Answering: Moderator {
    let id = "answering"

    func refine(_ request: RefineRequest) async -> Revision {
        var revision = await RulebookModerator().refine(request)
        revision.text = revision.text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
            line.contains("Question:") && line.hasSuffix("?")
                ? line + " Ana Diaz keeps the answer, 40 lines long, in the annex of 2 March." : String(line)
        }.joined(separator: "\n")
        return revision
    }
}
