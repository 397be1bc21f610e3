package import TuttiAgents
import TuttiCore
package import TuttiDocuments

/// What a participant is asked in a round. The answer is a ``ReviewAnswer``.
package struct ReviewQuestion: Sendable {
    /// Who is asked.
    package var participant: Participant
    /// The whole document, or the part that is read.
    package var document: DocumentPart
    package var kind: DocumentKind
    /// Counted from 1.
    package var round: Int
    /// The style of the roundtable, for a participant without one of its own.
    package var style: ParticipantStyle?
    /// What the document is to achieve.
    package var goal: String?
    /// What the participant has to answer as fixed or open, the worst first.
    package var open: [Finding]
    /// What others have written on the subject.
    package var passages: [Passage]
    /// What the participant has found in earlier roundtables.
    package var remembered: [RememberedFinding]

    package init(
        participant: Participant, document: DocumentPart, kind: DocumentKind = .generic, round: Int = 1,
        style: ParticipantStyle? = nil, goal: String? = nil, open: [Finding] = [], passages: [Passage] = [],
        remembered: [RememberedFinding] = []
    ) {
        self.participant = participant
        self.document = document
        self.kind = kind
        self.round = round
        self.style = style
        self.goal = goal
        self.open = open
        self.passages = passages
        self.remembered = remembered
    }

    /// The most passages that are shown; a retriever gives the best first.
    package static let passagesMax = 20
    /// The most tokens that they take.
    package static let passageTokensMax = 4_000

    /// The question. Equal values give equal bytes.
    package var prompt: Prompt { Prompt(system: system, user: user) }

    // MARK: Who is asked

    private var system: String {
        Prompt.paragraphs(
            "You are one of several reviewers at a roundtable. You read a document and say what is wrong with it; a "
                + "moderator mends it afterwards. Your role: \(participant.role).",
            Prompt.section("What you know", participant.expertise),
            Prompt.section("Where you stand", participant.perspective),
            Prompt.section("How you work", participant.instructions),
            Prompt.section("What you look at", Prompt.bullets(participant.focus)),
            Prompt.section("What you leave to the others", leaves),
            Prompt.section("How you argue", (participant.style ?? style)?.instructions),
            Prompt.section("Rules", Self.rules), Prompt.section("Material", Prompt.materialRule),
            Prompt.section("Your answer", Self.form))
    }

    private var leaves: String? {
        guard !participant.leaves.isEmpty else { return nil }
        return "Others at the table look after these, so say nothing about them:\n\n"
            + Prompt.bullets(participant.leaves)
    }

    private static let rules = """
        - Report only what you can show in the document: quote the words in question exactly, or, where something is \
        missing, name the lines where it belongs.
        - One finding for one problem. The same problem in several places is one finding.
        - Say what happens to whom if nothing is done; that decides the severity.
        - critical: something will fail, leak or mislead if the document is followed as it stands. Rare.
        - high: a gap that two readers will fill in two ways.
        - medium: a weakness that costs a round of questions.
        - low: a blemish.
        - Suggest what to write or decide, in one or two sentences. Never invent facts, numbers, names or dates; where \
        only the author can know, say what has to be answered.
        - No praise, no summary, no finding for the sake of having one. An empty list is a good answer to a good \
        document. At most 12 findings, the worst first.
        - Write in the language of the document.
        """

    static let example = """
        {"findings": [{"category": "missing-limit", "title": "Upload has no size limit", "description": "Line 12 takes \
        any file. One user can fill the disk, and everybody's uploads fail.", "severity": "high", "quote": "Users can \
        upload attachments.", "first_line": 12, "last_line": 12, "suggestion": "State the largest file, and the \
        message that a larger one gets."}], "open_findings": [{"id": "F1", "verdict": "fixed", "reason": "Line 30 now \
        names the owner."}], "assessment": "One or two sentences on the document as a whole."}
        """

    private static let form = Prompt.form(
        example, "category: one or two words in lower case with hyphens, the same for the same sort of problem.",
        "severity: critical, high, medium or low.",
        "quote: words of one place of the document, copied exactly, at most one sentence; null where "
            + "something is missing.",
        "first_line and last_line: the numbers before the lines; null only when the document as a whole is meant.",
        "open_findings: one entry for each open finding that you are shown, and none otherwise.")

    // MARK: What is asked

    private var user: String {
        let list = FindingList(open)
        return Prompt.paragraphs(
            "# Round \(round)\n\nReview \(kind.inWords) from your point of view.",
            Prompt.section("The goal of the document", goal.map { "Weigh your findings by it: \($0)" }),
            Prompt.section("The document", document.quoted()), Prompt.section("Passages from other texts", passageText),
            Prompt.section("What you have found before", rememberedText),
            Prompt.section("Open findings", list.isEmpty ? nil : Self.openText(list)),
            "Answer with the JSON object alone.")
    }

    private var passageText: String? {
        guard !passages.isEmpty else { return nil }
        let quote = PassageQuote(Array(passages.prefix(Self.passagesMax)), budget: .tokens(Self.passageTokensMax))
        return "Hold the document against them where that matters, and name file and line when you rely on one. Do not "
            + "review them.\n\n" + quote.text
    }

    private var rememberedText: String? {
        guard !remembered.isEmpty else { return nil }
        let texts = remembered.map { finding in
            let fate = finding.isFixed ? "answered then" : "left open"
            var lines = ["- [\(finding.severity.rawValue), \(fate)] \(finding.code): \(finding.message)"]
            if !finding.quote.isEmpty { lines.append("  said: \(finding.quote)") }
            lines.append("  in: \(finding.document)")
            return lines.joined(separator: "\n")
        }
        return """
            These are your findings of earlier roundtables; the text may have changed since, or be another one of the \
            same work. Look whether it answers now what was left open, and still answers what it answered then. Report \
            one again only when the text before you shows it, by its words and lines of today, and none because it \
            stands here.

            \(Quotation.plain(texts.joined(separator: "\n"), as: "memories"))
            """
    }

    private static func openText(_ list: FindingList) -> String {
        """
        These were open after the last round. Answer each of \(list.range) exactly once in open_findings: `fixed` when \
        the document now answers it, `open` when it does not, with the reason in one sentence that names the line. A \
        question to the author that is written into the document and not answered yet leaves it open. Do not repeat \
        them under findings.

        \(list.quoted)
        """
    }
}
