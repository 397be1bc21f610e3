package import TuttiCore
package import TuttiDocuments

/// Asks what sort of document it is. The answer is a ``KindAnswer``.
package struct KindQuestion: Sendable {
    /// The document, or its beginning with the outline.
    package var document: DocumentPart

    package init(document: DocumentPart) { self.document = document }

    /// The question. Equal values give equal bytes.
    package var prompt: Prompt {
        let kinds = DocumentKind.allCases.map { kind in
            "\(kind.rawValue): \(kind.inWords)" + (kind == .generic ? " of any other sort" : "")
        }
        return Prompt(
            system: Prompt.paragraphs(
                "You say what sort of document it is, by what its readers are to do with it.",
                Prompt.section("The kinds", Prompt.bullets(kinds)),
                Prompt.section(
                    "Rules",
                    Prompt.bullets([
                        "What the document does counts, not what it calls itself.",
                        "When two kinds fit, take the one whose readers would miss most if it were held to the other.",
                        "When none fits well, take document.",
                    ])), Prompt.section("Material", Prompt.materialRule), Prompt.section("Your answer", Self.form)),
            user: Prompt.paragraphs(
                "# What sort of document is this?", Prompt.section("The document", document.quoted()),
                "Answer with the JSON object alone."))
    }

    static let example = """
        {"kind": "rfc", "evidence": ["Proposes a change and asks for a decision in line 4.", "Weighs two \
        alternatives."]}
        """

    private static let form = Prompt.form(
        example, "kind: one of \(DocumentKind.allCases.map(\.rawValue).joined(separator: ", ")).",
        "evidence: one to three short sentences, with lines.")
}

/// What sort of document a model takes it for.
package struct KindAnswer: ModelAnswer {
    package var kind: DocumentKind
    /// Why.
    package var evidence: [String]

    private enum CodingKeys: CodingKey { case kind, evidence }

    package init(kind: DocumentKind, evidence: [String]) {
        self.kind = kind
        self.evidence = evidence
    }

    /// Reads the kind whatever its case; a list that is left out is empty.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        kind = try DocumentKind(named: container.decode(String.self, forKey: .kind))
        evidence = try container.decodeIfPresent([String].self, forKey: .evidence) ?? []
    }

    package static var schema: JSONSchema {
        .object([
            .required("kind", .word(DocumentKind.allCases.map(\.rawValue)).describing("In lower case.")),
            .optional("evidence", .array(of: .string()).orNull.describing("Why, in one to three short sentences.")),
        ])
    }

    package var bounded: KindAnswer {
        KindAnswer(
            kind: kind, evidence: evidence.prefix(5).map { CleanText.line($0, bytesMax: AnswerLimits.titleMax) })
    }
}
