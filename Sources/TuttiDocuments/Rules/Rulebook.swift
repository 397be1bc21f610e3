/// All rules and the critics who ask them. It needs no model and no network, and the same text always gets the same
/// answer.
public struct Rulebook: Sendable {
    /// The rules that come with Tutti.
    public static let standard = Rulebook(checks: Catalogue.checks)

    let checks: [any Check]

    /// Of what a rule finds beyond this nothing is kept: a document in such a state has other troubles.
    static let findingsPerRule = 200

    init(checks: [any Check]) { self.checks = checks }

    /// Every rule, in the order of critics, then by code.
    public var rules: [Rule] {
        let order = CriticProfile.all.map(\.id)
        return checks.map(\.rule).sorted { lhs, rhs in
            let left = order.firstIndex(of: lhs.critic) ?? 0
            let right = order.firstIndex(of: rhs.critic) ?? 0
            return left == right ? lhs.code < rhs.code : left < right
        }
    }

    /// The rule of a code; `nil` when there is none.
    public func rule(_ code: String) -> Rule? { checks.first { $0.rule.code == code }?.rule }

    /// What one critic finds. A critic id that is not in ``CriticProfile/all`` finds nothing.
    ///
    /// The document has room for one finding in ``FindingBudget/wordsPerFinding`` words, over all critics together;
    /// what is too much is told as one finding per rule, and the mildest are left out.
    public func review(_ document: Document, kind: DocumentKind, critic: String) -> Review {
        review(document, kind: kind, critics: [critic])[0]
    }

    /// The reviews of several critics at the cost of one, in the order of the ids.
    public func review(_ document: Document, kind: DocumentKind, critics: [String]) -> [Review] {
        let raw = rawFindings(document, kind: kind)
        let sorted = Silencing(document: document).sort(raw)
        let kept = FindingBudget(words: document.readableWordCount, checks: checks).apply(to: sorted.open)
        return critics.map { critic in
            Review(
                critic: critic, findings: kept.filter { $0.critic == critic },
                silenced: sorted.silenced.filter { $0.finding.critic == critic })
        }
    }

    /// All findings before silencing and budget; each identity once. Answered questions have closed their findings.
    func rawFindings(_ document: Document, kind: DocumentKind) -> [Finding] {
        let context = ReviewContext(document: document, kind: kind)
        let speaksOfWork = kind != .generic || WorkAtHand.isSpokenOf(in: context)
        let answered = Set(document.questions.filter(\.isAnswered).flatMap(\.keys))
        var byIdentity: [String: Int] = [:]
        var findings: [Finding] = []
        for check in checks where check.rule.kinds.contains(kind) {
            guard document.isEnglish || check.knowsAnyLanguage else { continue }
            guard speaksOfWork || !check.needsWorkAtHand else { continue }
            for finding in check.findings(in: context).prefix(Self.findingsPerRule)
            where !answered.contains(finding.keys[0]) {
                if let same = byIdentity[finding.identity] {
                    findings[same].lines.append(finding.line)
                } else {
                    byIdentity[finding.identity] = findings.count
                    findings.append(finding)
                }
            }
        }
        return findings.sorted(by: Finding.inOrder)
    }
}
