import Testing
import TuttiCore

@testable import TuttiDocuments

struct CorpusTests {
    @Test func hasGoodMediumAndPoorDocumentsOfEveryKind() {
        #expect(Corpus.entries.filter(\.isGood).count >= 2)
        #expect(Corpus.entries.filter { $0.name.hasPrefix("medium") }.count >= 3)
        #expect(Corpus.entries.filter { $0.name.hasPrefix("poor") }.count >= 3)
        #expect(Set(Corpus.entries.map(\.kind)).isSuperset(of: DocumentKind.specific))
        for entry in Corpus.entries { #expect((120...1_500).contains(entry.document.wordCount), "\(entry.name)") }
    }

    @Test(arguments: Corpus.entries)
    func theKindIsDetected(entry: Corpus.Entry) {
        #expect(DocumentKind.detect(in: entry.document).kind == entry.kind)
    }

    @Test(arguments: Corpus.entries)
    func everyFindingIsLabelled(entry: Corpus.Entry) {
        for finding in entry.findings where entry.labels[finding.identity] == nil {
            Issue.record(
                """
                \(entry.name).labels lacks a line for line \(finding.line): "\(finding.message)". Add one of
                keep \(finding.identity)
                drop \(finding.identity)
                """)
        }
    }

    @Test(arguments: Corpus.entries)
    func everyLabelStillHasItsFinding(entry: Corpus.Entry) {
        let found = Set(entry.findings.map(\.identity))
        #expect(Set(entry.labels.keys).subtracting(found).sorted() == [])
    }

    @Test func mostFindingsAreWorthKeeping() {
        var kept: [String: Int] = [:]
        var all: [String: Int] = [:]
        for entry in Corpus.entries {
            for finding in entry.findings {
                all[finding.code, default: 0] += 1
                if entry.labels[finding.identity] == true { kept[finding.code, default: 0] += 1 }
            }
        }
        let total = Double(all.values.reduce(0, +))
        #expect(Double(kept.values.reduce(0, +)) / total >= 0.85)
        for (code, count) in all where count >= 5 {
            #expect(Double(kept[code] ?? 0) / Double(count) >= 0.7, "\(code)")
        }
    }

    @Test func everyRemarkNamesRulesThatExist() {
        let codes = Set(Rulebook.standard.rules.map(\.code)).union(["none"])
        let remarks = Corpus.entries.flatMap(\.remarks)
        #expect(remarks.count >= 60)
        for remark in remarks {
            #expect(["must", "should"].contains(remark.weight) && !remark.lines.isEmpty, "\(remark)")
            #expect(Set(remark.codes).isSubset(of: codes), "\(remark)")
        }
    }

    private static let roomForMild = FindingBudget.seriousLeast * FindingBudget.wordsPerFinding

    /// What the reader found and a rule could say is mostly found; the bars stand in docs/rules.md.
    @Test(arguments: [("must", 0.8), ("should", 0.4)])
    func mostOfWhatTheReaderFoundIsFound(weight: String, least: Double) {
        var made = 0
        var all = 0
        var missed: [String] = []
        for entry in Corpus.entries {
            let findings = entry.findings
            // A short document has room for its worst findings only.
            guard weight == "must" || entry.document.readableWordCount >= Self.roomForMild else { continue }
            for remark in entry.remarks where remark.weight == weight && remark.hasRule {
                all += 1
                if remark.isMade(by: findings) { made += 1 } else { missed.append("\(entry.name): \(remark)") }
            }
        }
        print("\(weight): \(made) of \(all) remarks that have a rule are found; not found:", missed)
        #expect(Double(made) / Double(all) >= least)
    }

    @Test(arguments: Corpus.entries)
    func beyondTheWorstThereIsAtMostOneFindingIn60Words(entry: Corpus.Entry) {
        let findings = entry.findings
        let serious = min(FindingBudget.seriousLeast, findings.count { $0.severity >= .high })
        #expect(findings.count <= max(serious, entry.document.readableWordCount / FindingBudget.wordsPerFinding))
    }

    @Test func overAllThereIsAtMostOneFindingIn60Words() {
        let words = Corpus.entries.reduce(0) { $0 + $1.document.readableWordCount }
        #expect(Corpus.entries.reduce(0) { $0 + $1.findings.count } <= words / FindingBudget.wordsPerFinding)
    }

    @Test(arguments: Corpus.entries.filter(\.isGood))
    func aGoodDocumentHasNothingHighOrCritical(entry: Corpus.Entry) {
        #expect(entry.findings.filter { $0.severity >= .high } == [])
    }

    @Test(arguments: Corpus.entries.filter { !$0.isGood })
    func aWeakDocumentHasSomethingHighOrCritical(entry: Corpus.Entry) {
        #expect(entry.findings.contains { $0.severity >= .high })
    }

    @Test(arguments: Corpus.entries)
    func noTwoFindingsShareAnIdentity(entry: Corpus.Entry) {
        let findings = entry.findings
        #expect(Set(findings.map(\.identity)).count == findings.count)
    }

    @Test(arguments: Corpus.entries)
    func revisingTwiceChangesNothingMore(entry: Corpus.Entry) {
        let once = Editor().revise(entry.document, kind: entry.kind, findings: entry.findings)
        let revised = Document(text: once.text)
        let findings = Rulebook.standard.review(revised, kind: entry.kind, critics: CriticProfile.all.map(\.id))
            .flatMap(\.findings)
        let twice = Editor().revise(revised, kind: entry.kind, findings: findings)
        #expect(twice.text == once.text)
        #expect(twice.edits == [])
        #expect(DocumentKind.detect(in: revised).kind == entry.kind)
        #expect(revised.wordCount == entry.document.wordCount)
    }

    @Test(arguments: Corpus.entries)
    func openQuestionsKeepTheFindingsTheyAskAbout(entry: Corpus.Entry) {
        let before = entry.findings
        let once = Editor().revise(entry.document, kind: entry.kind, findings: before)
        let after = Rulebook.standard.review(
            Document(text: once.text), kind: entry.kind, critics: CriticProfile.all.map(\.id)
        ).flatMap(\.findings)
        let asked = before.filter { $0.severity >= Editor.asksFrom && !$0.questions.isEmpty }
        for finding in asked {
            let same = after.first { $0.identity == finding.identity }
            #expect(same?.severity == finding.severity, "\(finding.identity)")
        }
    }
}
