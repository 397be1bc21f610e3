package import TuttiCore
package import TuttiDocuments

/// Asks for one participant of a panel that a model makes up. The answer is a ``ParticipantAnswer``.
///
/// One after the other, each told what those before it cover, so that together they see the whole document and no two
/// see the same.
package struct ParticipantQuestion: Sendable {
    /// The document, or its beginning with the outline.
    package var document: DocumentPart
    package var kind: DocumentKind
    package var goal: String?
    package var style: ParticipantStyle?
    /// Which participant it is, counted from 1.
    package var number: Int
    /// How many there will be.
    package var count: Int
    /// Those that are there already.
    package var others: [Participant]

    package init(
        document: DocumentPart, kind: DocumentKind = .generic, number: Int, count: Int, others: [Participant] = [],
        goal: String? = nil, style: ParticipantStyle? = nil
    ) {
        self.document = document
        self.kind = kind
        self.number = number
        self.count = count
        self.others = others
        self.goal = goal
        self.style = style
    }

    /// The question. Equal values give equal bytes.
    package var prompt: Prompt {
        Prompt(
            system: Prompt.paragraphs(
                "You put together a roundtable of \(count) reviewers for a document. You describe them one at a time; "
                    + "each is then played by a language model that gets what you write.",
                Prompt.section("Rules", Self.rules), Prompt.section("Material", Prompt.materialRule),
                Prompt.section("Your answer", Self.form)),
            user: Prompt.paragraphs(
                "# Reviewer \(number) of \(count)\n\nDescribe the next reviewer of \(kind.inWords).",
                Prompt.section("The goal of the document", goal),
                Prompt.section("How the reviewers argue", style?.instructions),
                Prompt.section("The document", document.quoted()), Prompt.section("Who is there already", othersText),
                Prompt.section("What is left", rest), "Answer with the JSON object alone."))
    }

    private static let rules = """
        - Think of who would be hurt by a mistake in this very document, and who knows how such things go wrong. \
        Choose the person with most to say that nobody says yet, with a real profession, not "a critic".
        - The instructions are addressed to the reviewer ("you"). They say what to look for in this sort of document, \
        with three to six concrete checks; how to tell critical, high, medium and low apart in this field; what not \
        to do; and one example of a good finding.
        - The instructions describe a way of working. They hold no facts of the document and none of its sentences.
        - The points of focus are things to be looked at, not wishes.
        - What others cover goes into leaves, one point for each of them.
        - Write in the language of the document, names of members and the name in English.
        """

    static let example = """
        {"name": "site-reliability", "role": "Site reliability engineer", "expertise": "Ten years on call for payment \
        systems.", "perspective": "The person who is woken at night when it breaks.", "focus": ["What happens when a \
        dependency is slow or gone", "Limits of load and of queues"], "leaves": ["Wording and scope: the product \
        manager"], "instructions": "For each call over a network, look for its timeout, …"}
        """

    private static let form = Prompt.form(
        example, "name: one to three words in lower case with hyphens, not one that is taken.",
        "focus: 2 to \(ParticipantAnswer.pointsMax) points. leaves: up to \(ParticipantAnswer.pointsMax) points.",
        "instructions: 80 to 400 words.")

    private var othersText: String? {
        guard !others.isEmpty else { return nil }
        let described = others.map { other in
            "\(other.name) (\(other.role)) looks at:\n" + Prompt.bullets(other.focus)
        }
        // Models have made them up of a text of others.
        return "Do not cover what they cover.\n\n"
            + Quotation.plain(described.joined(separator: "\n\n"), as: "participants")
    }

    private var rest: String? {
        switch count - number {
        case ...0 where count > 1: "This is the last reviewer: cover the gap that matters most."
        case 1...: "\(count - number) more will come, so take one field and leave the others to them."
        default: nil
        }
    }
}

/// A participant that a model has made up.
package struct ParticipantAnswer: ModelAnswer {
    package var name: String
    package var role: String
    package var expertise: String
    package var perspective: String
    package var focus: [String]
    package var leaves: [String]?
    package var instructions: String

    package static var schema: JSONSchema {
        .object([
            .required("name", .string().describing("One to three words in lower case with hyphens.")),
            .required("role", .string().describing("A profession.")),
            .required("expertise", .string().describing("What it knows from experience.")),
            .required("perspective", .string().describing("From where it looks at the document.")),
            .required("focus", .array(of: .string()).describing("What it looks at, point by point.")),
            .optional(
                "leaves", .array(of: .string()).orNull.describing("What it leaves to the others, point by point.")),
            .required("instructions", .string().describing("How it is to work, addressed to it.")),
        ])
    }

    /// Six participants with the longest texts, a goal and a focus fit a panel.
    static let (instructionsMax, descriptionMax, pointsMax, pointMax) = (4000, 600, 8, 200)

    package var bounded: ParticipantAnswer {
        func points(_ points: [String]) -> [String] {
            let cleaned = points.lazy.map { CleanText.line($0, bytesMax: Self.pointMax) }
            return Array(cleaned.filter { !$0.isEmpty }.prefix(Self.pointsMax))
        }
        return ParticipantAnswer(
            name: CleanText.line(name, bytesMax: AnswerLimits.titleMax),
            role: CleanText.line(role, bytesMax: PanelLimits.roleLengthMax),
            expertise: CleanText.paragraphs(expertise, bytesMax: Self.descriptionMax),
            perspective: CleanText.paragraphs(perspective, bytesMax: Self.descriptionMax),
            focus: points(focus), leaves: leaves.map(points),
            instructions: CleanText.paragraphs(instructions, bytesMax: Self.instructionsMax))
    }

    /// The participant, under a name that nobody else has. What is empty is filled in from the role, so that a panel
    /// with it can be written and read.
    package func participant(besides others: [Participant]) -> Participant {
        let role = role.isEmpty ? "Reviewer \(others.count + 1)" : role
        let taken = Set(others.map(\.name))
        let base = Self.slug(name) ?? Self.slug(role) ?? "reviewer"
        var (name, number) = (base, 2)
        while taken.contains(name) {
            name = "\(base)-\(number)"
            number += 1
        }
        return Participant(
            name: name, role: role, expertise: expertise.isEmpty ? role : expertise,
            perspective: perspective.isEmpty ? role : perspective,
            instructions: instructions.isEmpty ? "Review the document as \(role)." : instructions,
            focus: focus.isEmpty ? [role] : focus, leaves: leaves ?? [])
    }

    /// Short enough that a number fits behind it.
    private static func slug(_ text: String) -> String? {
        let words = text.lowercased().utf8.split { byte in
            !(0x61...0x7A).contains(byte) && !(0x30...0x39).contains(byte)
        }
        let joined = words.map { String(Substring($0)) }.joined(separator: "-")
        var slug = joined.utf8.drop { !(0x61...0x7A).contains($0) }.prefix(PanelLimits.nameLengthMax - 4)
        while slug.last == UInt8(ascii: "-") { slug.removeLast() }
        return slug.isEmpty ? nil : String(Substring(slug))
    }
}
