import TuttiCore

/// The moderator without a model: puts the author's open questions where their answers belong, and mends what can be
/// mended without touching the meaning. It never invents a fact.
///
/// Reviewing and revising its result again changes nothing.
public struct Editor: Sendable {
    private let rulebook: Rulebook

    /// - Parameter rulebook: the rules whose findings it will be given.
    public init(rulebook: Rulebook = .standard) { self.rulebook = rulebook }

    /// Findings below this severity are advice; they put no question into the document.
    static let asksFrom: Severity = .medium

    /// Revises a document.
    ///
    /// - Parameter findings: the open findings of all critics.
    public func revise(_ document: Document, kind: DocumentKind, findings: [Finding]) -> Revision {
        let tidied = withoutObsoleteQuestions(document, kind, findings)
        guard !tidied.edits.isEmpty else { return mend(document, kind, findings) }
        let rest = mend(Document(text: tidied.text), kind, findings)
        return Revision(text: rest.text, edits: tidied.edits + rest.edits)
    }

    private func withoutObsoleteQuestions(
        _ document: Document, _ kind: DocumentKind, _ findings: [Finding]
    ) -> Revision {
        guard !document.questions.isEmpty else { return Revision(text: document.text, edits: []) }
        var changes = ChangeList(document: document)
        // Critics of somebody's own ask questions of which the rulebook knows nothing.
        let open = Set((rulebook.rawFindings(document, kind: kind) + findings).flatMap(\.keys))
        ObsoleteQuestions(document: document).remove(unless: open, in: &changes)
        return changes.revision()
    }

    private func mend(_ document: Document, _ kind: DocumentKind, _ findings: [Finding]) -> Revision {
        var changes = ChangeList(document: document)
        let ordered = findings.sorted(by: Finding.inOrder)
        QuestionPlacement(document: document, kind: kind).place(ordered, in: &changes)
        let context = ReviewContext(document: document, kind: kind)
        for finding in ordered where finding.code == InconsistentTermCheck.code {
            TermUnifier(context: context).unify(finding, in: &changes)
        }
        return changes.revision()
    }
}
