import Testing
import TuttiCore

@testable import TuttiDocuments

struct FindingTests {
    private func findings(_ text: String, _ kind: DocumentKind = .prd) -> [Finding] {
        Rulebook.standard.rawFindings(Document(text: text), kind: kind)
    }

    @Test func identityDoesNotDependOnLinesBlanksAndPunctuation() throws {
        let before = try #require(findings("# T\n\nThe  limit is TBD.", .generic).first)
        let after = try #require(findings("# T\n\nMore text.\n\nThe limit\nis **TBD**!", .generic).first)
        #expect(before.identity == after.identity)
        #expect(before.line == 3 && after.line == 5)
        #expect(before.keys == after.keys)
    }

    @Test func longSubjectsAreCutAndStillTellApart() {
        let start = String(repeating: "word ", count: 30)
        let found = findings("# T\n\n\(start) one TBD.\n\n\(start) two TBD.", .generic)
        #expect(Set(found.map(\.identity)).count == 2)
        #expect(found.allSatisfy { $0.identity.utf8.count < 160 && $0.quote.count < 180 })
    }

    @Test func theSameSentenceTwiceIsOneFindingWithTwoLines() {
        let found = findings("# T\n\nThe limit is TBD.\n\nThe limit is TBD.", .generic)
        #expect(found.map(\.lines) == [[3, 5]])
    }

    @Test func findingsSurviveJSON() throws {
        let found = findings("# PRD\n\n## Requirements\n\nSearch must be fast.")
        let bytes = try CanonicalJSON.encode(found)
        #expect(try CanonicalJSON.decode([Finding].self, from: bytes) == found)
    }

    @Test func reviewsAreSortedAndSplitByCritic() {
        let document = Document(
            text: "# PRD\n\n## Requirements\n\n" + String(repeating: "Search must be fast. ", count: 80)
                + "\n\nWe store card numbers. It calls Stripe. See [x](#x).")
        let critics = CriticProfile.all.map(\.id)
        let reviews = Rulebook.standard.review(document, kind: .prd, critics: critics)
        #expect(reviews.map(\.critic) == critics)
        for review in reviews {
            #expect(review.findings == review.findings.sorted(by: Finding.inOrder))
            #expect(review.findings.allSatisfy { $0.critic == review.critic })
            #expect(Rulebook.standard.review(document, kind: .prd, critic: review.critic) == review)
        }
        #expect(Rulebook.standard.review(document, kind: .prd, critic: "nobody").findings == [])
    }

    @Test func questionsEndInTheirOnlyQuestionMark() {
        #expect(QuestionText.clean("What? is <b>\n this?") == "What is b this?")
        for entry in Corpus.entries {
            for question in entry.findings.flatMap(\.questions) {
                #expect(question.filter { $0 == "?" }.count == 1 && question.hasSuffix("?"))
            }
        }
    }
}

struct FindingBudgetTests {
    private func finding(_ code: String, _ severity: Severity, _ line: Int) -> Finding {
        let rule = Rule(code, code, severity, .product, reason: "r", bad: "b", good: "g")
        return Finding(
            rule: rule, subject: "\(code) \(line)", message: "\"w\(line)\" is \(code)", suggestion: "s", section: "",
            line: line, quote: "q", questions: ["Why \(line)"])
    }

    private func apply(_ findings: [Finding], words: Int) -> [Finding] {
        FindingBudget(words: words, checks: []).apply(to: findings.sorted(by: Finding.inOrder))
    }

    @Test func thereIsRoomForOneFindingInTheShortestText() {
        let kept = apply([finding("a", .low, 1), finding("b", .high, 2)], words: 0)
        #expect(kept.map(\.code) == ["b"])
    }

    @Test func mildRulesAreToldTogetherFirst() {
        let found = (1...3).map { finding("mild", .low, $0) } + (4...5).map { finding("hard", .high, $0) }
        let kept = apply(found, words: 180)
        #expect(kept.map(\.code) == ["hard", "hard", "mild"])
        #expect(kept[2].lines == [1, 2, 3])
        #expect(kept[2].message == "\"w1\" is mild. Also line 2: \"w2\"; line 3: \"w3\"")
        #expect(kept[2].keys.count == 3 && kept[2].questions.count == 3)
    }

    @Test func ofEqualsWhatCanBeShownInTheTextStays() {
        var missing = finding("a", .high, 1)
        missing.quote = ""
        missing.severity = .medium
        #expect(apply([missing, finding("b", .medium, 9)], words: 60).map(\.code) == ["b"])
    }

    @Test func theWorstFiveAreToldHoweverShortTheTextIs() {
        let found = (1...7).map { finding("hard\($0)", .high, $0) } + [finding("mild", .medium, 8)]
        #expect(apply(found, words: 40).map(\.code) == ["hard1", "hard2", "hard3", "hard4", "hard5"])
    }

    @Test func whatIsMildHasNoPlaceBesideThem() {
        let found = [finding("hard", .high, 1), finding("mild", .medium, 2), finding("milder", .low, 3)]
        #expect(apply(found, words: 40).map(\.code) == ["hard"])
        #expect(apply(found, words: 120).map(\.code) == ["hard", "mild"])
    }

    @Test func aPoorPageOf250WordsShowsItsWorstFour() {
        let found = (1...4).map { finding("hard\($0)", .high, $0) } + (5...9).map { finding("mild\($0)", .low, $0) }
        #expect(apply(found, words: 250).map(\.code) == ["hard1", "hard2", "hard3", "hard4"])
    }

    @Test func noRuleTakesMoreThanFivePlaces() {
        let kept = apply((1...20).map { finding("a", .high, $0) }, words: 6_000)
        #expect(kept.count == FindingBudget.perRule)
        #expect(kept.last?.lines == Array(5...20))
    }
}
