import TuttiCore
package import TuttiDocuments

/// What the moderator is asked between two rounds. The answer is a ``ModeratorAnswer``.
///
/// It is asked for edits of numbered lines, not for the whole new document, and not for texts to be searched for. A
/// document that is written anew costs as many tokens as it has, ends where the tokens end, and loses sentences that
/// nobody wanted gone, without anybody noticing. A text to be searched for has to be copied without a slip, and stands
/// in two places as often as not. A line number is short and exact; since models miscount, the first words of the line
/// are asked for as well, and both have to agree.
package struct ModeratorQuestion: Sendable {
    /// The whole document, or the part that is mended.
    package var document: DocumentPart
    package var kind: DocumentKind
    /// The open findings, the worst first.
    package var findings: [Finding]
    /// What the moderator looks to.
    package var focus: String?
    /// What the document is to achieve.
    package var goal: String?

    package init(
        document: DocumentPart, kind: DocumentKind = .generic, findings: [Finding], focus: String? = nil,
        goal: String? = nil
    ) {
        self.document = document
        self.kind = kind
        self.findings = findings
        self.focus = focus
        self.goal = goal
    }

    /// The question. Equal values give equal bytes.
    package var prompt: Prompt {
        let list = FindingList(findings)
        return Prompt(
            system: Prompt.paragraphs(
                "You are the moderator of a roundtable. Reviewers have read a document; you mend what they have found, "
                    + "and leave the rest alone.", Prompt.section("What you look to", focus),
                Prompt.section("Rules", Self.rules), Prompt.section("Material", Prompt.materialRule),
                Prompt.section("Your answer", Self.form)),
            user: Prompt.paragraphs(
                "# Mend \(kind.inWords)", Prompt.section("The goal of the document", goal),
                Prompt.section("The document", document.quoted()),
                Prompt.section(
                    "Findings to be mended",
                    list.isEmpty
                        ? "There are none; answer with no edits."
                        : "Deal with each of \(list.range): by an edit, or under unresolved.\n\n\(list.quoted)"),
                "Answer with the JSON object alone."))
    }

    private static let rules = """
        - Change as little as needed. Every edit answers one or more of the findings; what no finding is about stays, \
        word for word, even if you would write it otherwise.
        - Keep the author's voice, language, terms, headings and formatting.
        - Never invent facts, numbers, names, dates or decisions. Where only the author can know, write a question in \
        the place where the answer belongs, as a line of its own: `> **Open question:** …`.
        - Take over a suggestion only when it answers the finding; of two that contradict each other, take the one \
        that serves the goal, and say so.
        - The worst findings come first. When an edit would make something else worse, leave it and say why under \
        unresolved.
        - A block of code, a table and a list stay what they are.
        """

    static let example = """
        {"edits": [{"action": "replace", "first_line": 12, "last_line": 12, "anchor": "Users can upload", "text": \
        "Users can upload attachments of up to 25 MB; a larger one is refused with a message that names the limit.", \
        "findings": ["F1"], "reason": "States the limit that line 40 already names."}, {"action": "insert_after", \
        "first_line": 20, "last_line": 20, "anchor": "## Rollout", "text": "\\n> **Open question:** Who decides that \
        it is rolled back?", "findings": ["F2"], "reason": "Only the author can name the owner."}], "unresolved": \
        [{"id": "F3", "reason": "Contradicts line 8, which the author has to decide."}]}
        """

    private static let form = Prompt.form(
        example,
        "action: replace (the lines give way to text), insert_after (text comes behind first_line; 0 is the top)"
            + " or delete (the lines go, text is empty).",
        "first_line and last_line: the numbers before the lines as you see them, whatever your other edits do.",
        "anchor: the first words of first_line, copied exactly; empty for a blank line.",
        "text: whole lines without numbers, with \\n between them.",
        "No two edits change the same line; make one edit of both.")
}
