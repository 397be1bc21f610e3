package import TuttiCore
package import TuttiDocuments

/// Asks what the moderator of a panel should look to. The answer is a ``FocusAnswer``.
package struct FocusQuestion: Sendable {
    /// The document, or its beginning with the outline.
    package var document: DocumentPart
    package var kind: DocumentKind
    package var goal: String?
    /// Who sits at the table.
    package var participants: [Participant]

    package init(
        document: DocumentPart, kind: DocumentKind = .generic, participants: [Participant], goal: String? = nil
    ) {
        self.document = document
        self.kind = kind
        self.participants = participants
        self.goal = goal
    }

    /// The question. Equal values give equal bytes.
    package var prompt: Prompt {
        Prompt(
            system: Prompt.paragraphs(
                "You prepare the moderator of a roundtable. Reviewers say what is wrong with a document; the moderator "
                    + "mends it, changing as little as needed and inventing nothing.",
                Prompt.section("Rules", Self.rules), Prompt.section("Material", Prompt.materialRule),
                Prompt.section("Your answer", Self.form)),
            user: Prompt.paragraphs(
                "# The moderator's focus\n\nSay what the moderator of \(kind.inWords) has to look to.",
                Prompt.section("The goal of the document", goal), Prompt.section("The document", document.quoted()),
                Prompt.section("The reviewers", reviewers), "Answer with the JSON object alone."))
    }

    private static let rules = """
        - Name what makes this sort of document useful to its readers, and what must survive every change: voice, \
        order, terms, formats.
        - Name where these reviewers will pull in different directions, and what decides then.
        - Three to six short sentences, addressed to the moderator ("you"), in the language of the document. No facts \
        of the document, no list of its faults.
        """

    static let example = """
        {"moderator_focus": "Keep every requirement testable. Where speed and safety pull apart, safety decides. …"}
        """

    private static let form = Prompt.form(example)

    private var reviewers: String? {
        guard !participants.isEmpty else { return nil }
        let described = participants.map { "\($0.name) (\($0.role)):\n" + Prompt.bullets($0.focus) }
        return Quotation.plain(described.joined(separator: "\n\n"), as: "participants")
    }
}

/// What the moderator is to look to.
package struct FocusAnswer: ModelAnswer {
    package var moderatorFocus: String

    private enum CodingKeys: String, CodingKey { case moderatorFocus = "moderator_focus" }

    package static var schema: JSONSchema {
        .object([.required("moderator_focus", .string().describing("Three to six short sentences."))])
    }

    package var bounded: FocusAnswer {
        FocusAnswer(moderatorFocus: CleanText.paragraphs(moderatorFocus, bytesMax: PanelLimits.goalLengthMax))
    }
}
