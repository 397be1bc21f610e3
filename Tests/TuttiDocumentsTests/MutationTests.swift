import Testing
import TuttiCore

@testable import TuttiDocuments

/// Documents that nobody would write: the corpus with lines lost, doubled, moved and cut. Whatever they are, the
/// promises of review and revision hold.
struct MutationTests {
    /// A small generator (SplitMix64), so that a seed in a failing test's name repeats it.
    struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
            return Int((value ^ (value >> 31)) % UInt64(max(1, sides)))
        }
    }

    static let intruders = [
        "```", "<!--", "-->", "# Part", "---", "===", "| a | b |", "|---|---|", "> said", "    code", "[x]: y",
        "[^1]: z",
        "- **Question:** Why?", "TBD", "## Open questions", "1. Scope",
        "<!-- tutti-ignore placeholder: no -->", "`", "\\", "\r", "\u{FEFF}", "- [ ] task", "## Rollback", "SECURITY",
    ]

    func mutate(_ text: String, seed: UInt64) -> String {
        var dice = Dice(state: seed)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        for _ in 0..<(1 + dice.roll(30)) where !lines.isEmpty {
            let at = dice.roll(lines.count)
            switch dice.roll(6) {
            case 0: lines.remove(at: at)
            case 1: lines.insert(lines[at], at: dice.roll(lines.count))
            case 2: lines[at] = String(lines[at].prefix(dice.roll(lines[at].count + 1)))
            case 3: lines.swapAt(at, dice.roll(lines.count))
            case 4: lines[at] = String(repeating: " ", count: dice.roll(8)) + lines[at]
            default: lines.insert(Self.intruders[dice.roll(Self.intruders.count)], at: at)
            }
        }
        return lines.joined(separator: "\n")
    }

    private func round(_ text: String, _ kind: DocumentKind) -> (findings: [Finding], revision: Revision) {
        let document = Document(text: text)
        let findings = Rulebook.standard.review(document, kind: kind, critics: CriticProfile.all.map(\.id))
            .flatMap(\.findings)
        return (findings, Editor().revise(document, kind: kind, findings: findings))
    }

    @Test(arguments: 0..<UInt64(20))
    func promisesHoldForRuinedDocuments(seed: UInt64) {
        for entry in Corpus.entries {
            let text = mutate(entry.document.text, seed: seed &* 31 &+ 7)
            let first = round(text, entry.kind)
            #expect(Set(first.findings.map(\.identity)).count == first.findings.count, "\(entry.name)")
            let serious = min(FindingBudget.seriousLeast, first.findings.count { $0.severity >= .high })
            let room = max(1, Document(text: text).readableWordCount / FindingBudget.wordsPerFinding, serious)
            #expect(first.findings.count <= room, "\(entry.name)")
            let second = round(first.revision.text, entry.kind)
            #expect(second.revision.edits.map(\.what) == [], "\(entry.name)")
            #expect(second.revision.text == first.revision.text, "\(entry.name)")
        }
    }
}
