package import TuttiCore
package import TuttiDocuments

/// What a participant answers in a round.
package struct ReviewAnswer: ModelAnswer {
    /// What it has found.
    package var findings: [Item]
    /// What it says of each open finding.
    package var openFindings: [Verdict]
    /// What it thinks of the document as a whole.
    package var assessment: String

    /// One thing that it has found.
    package struct Item: Codable, Sendable, Hashable {
        package var category: String
        package var title: String
        package var description: String
        package var severity: Severity
        package var quote: String?
        package var firstLine: Int?
        package var lastLine: Int?
        package var suggestion: String?

        private enum CodingKeys: String, CodingKey {
            case category, title, description, severity, quote, suggestion
            case firstLine = "first_line"
            case lastLine = "last_line"
        }
    }

    /// What it says of an open finding.
    package struct Verdict: Codable, Sendable, Hashable {
        /// The name of the finding in the question.
        package var id: String
        package var isFixed: Bool
        package var reason: String
    }

    private enum CodingKeys: String, CodingKey {
        case findings, assessment
        case openFindings = "open_findings"
    }

    package init(findings: [Item], openFindings: [Verdict] = [], assessment: String = "") {
        self.findings = findings
        self.openFindings = openFindings
        self.assessment = assessment
    }

    /// Lists and texts that are left out are empty.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        findings = try container.decode([Item].self, forKey: .findings)
        openFindings = try container.decodeIfPresent([Verdict].self, forKey: .openFindings) ?? []
        assessment = try container.decodeIfPresent(String.self, forKey: .assessment) ?? ""
    }

    package static var schema: JSONSchema {
        .object([
            .required("findings", .array(of: item).describing("What is wrong, the worst first; may be empty.")),
            .optional(
                "open_findings",
                .array(of: verdict).orNull.describing("One entry for each open finding that was shown.")),
            .optional("assessment", .string().orNull.describing("One or two sentences on the whole.")),
        ])
    }

    private static let item = JSONSchema.object([
        .required("category", .string().describing("One or two words in lower case with hyphens.")),
        .required("title", .string().describing("The problem in a few words.")),
        .required("description", .string().describing("What is wrong, and what happens if nothing is done.")),
        .required(
            "severity",
            .word(Severity.allCases.map(\.rawValue)).describing("critical, high, medium or low, in lower case.")),
        .optional("quote", .string().orNull.describing("Words of the document, copied exactly.")),
        .optional("first_line", .integer().orNull.describing("The first line in question.")),
        .optional("last_line", .integer().orNull.describing("The last line in question.")),
        .optional("suggestion", .string().orNull.describing("What to write or decide.")),
    ])

    private static let verdict = JSONSchema.object([
        .required("id", .string().describing("The name of the finding, such as F1.")),
        .required("verdict", .word(["fixed", "open"]).describing("fixed or open, in lower case.")),
        .required("reason", .string().describing("Why, in one sentence.")),
    ])

    package var bounded: ReviewAnswer {
        let (textMax, titleMax) = (AnswerLimits.textMax, AnswerLimits.titleMax)
        return ReviewAnswer(
            findings: findings.prefix(AnswerLimits.findingsMax).map { item in
                var item = item
                item.category = CleanText.line(item.category, bytesMax: titleMax)
                item.title = CleanText.line(item.title, bytesMax: titleMax)
                item.description = CleanText.paragraphs(item.description, bytesMax: textMax)
                item.quote = item.quote.map { CleanText.line($0, bytesMax: AnswerLimits.quoteMax) }
                item.suggestion = item.suggestion.map { CleanText.paragraphs($0, bytesMax: textMax) }
                return item
            },
            openFindings: openFindings.prefix(FindingList.shownMax).map { verdict in
                var verdict = verdict
                verdict.id = CleanText.line(verdict.id, bytesMax: titleMax)
                verdict.reason = CleanText.line(verdict.reason, bytesMax: textMax)
                return verdict
            }, assessment: CleanText.paragraphs(assessment, bytesMax: textMax))
    }
}

extension ReviewAnswer.Verdict {
    private enum CodingKeys: CodingKey { case id, verdict, reason }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        id = try container.decode(String.self, forKey: .id)
        isFixed = try container.decode(String.self, forKey: .verdict).lowercased() == "fixed"
        reason = try container.decode(String.self, forKey: .reason)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(id, forKey: .id)
        try container.encode(isFixed ? "fixed" : "open", forKey: .verdict)
        try container.encode(reason, forKey: .reason)
    }
}

// MARK: What it means for the roundtable

extension ReviewAnswer {
    /// What became of the open findings of a question.
    package struct OpenFindings: Sendable, Hashable {
        /// Those that are called fixed, with the reason.
        package var fixed: [Answered] = []
        /// Those that are called open, with the reason.
        package var open: [Answered] = []
        /// Those that the answer does not name: nobody has said that they are fixed.
        package var unanswered: [Finding] = []

        package struct Answered: Sendable, Hashable {
            package var finding: Finding
            package var reason: String
        }
    }

    /// Holds the verdicts against the findings that were asked about; of two about one finding, `open` counts.
    ///
    /// - Parameter open: as the ``ReviewQuestion`` had them.
    package func verdicts(on open: [Finding]) -> OpenFindings {
        let list = FindingList(open)
        var said: [Int: Verdict] = [:]
        for verdict in openFindings {
            guard let index = list.index(named: verdict.id) else { continue }
            if let known = said[index], !known.isFixed { continue }
            said[index] = verdict
        }
        return open.enumerated().reduce(into: OpenFindings()) { result, entry in
            guard let verdict = said[entry.offset] else { return result.unanswered.append(entry.element) }
            let answered = OpenFindings.Answered(finding: entry.element, reason: verdict.reason)
            if verdict.isFixed { result.fixed.append(answered) } else { result.open.append(answered) }
        }
    }

    /// The findings as those of a critic, each at its place in the document.
    ///
    /// Two findings of different rounds are the same when they quote the same words; where nothing is quoted, when
    /// they have the same title in the same section.
    ///
    /// - Parameters:
    ///   - critic: the participant's name.
    ///   - document: the whole document; lines count in it.
    package func findings(of critic: String, in document: Document) -> [Finding] {
        let finder = QuoteFinder(document)
        var seen: Set<String> = []
        return findings.map { item in
            let quote = item.quote ?? ""
            let place = finder.place(of: quote, near: item.firstLine)
            let isSame = item.title.lowercased() == item.description.lowercased()
            var finding = Finding(
                critic: critic, code: Self.code(item.category), severity: item.severity,
                subject: place.isFound ? quote : "\(place.section) \(item.title)",
                message: isSame || item.title.isEmpty ? item.description : "\(item.title): \(item.description)",
                suggestion: item.suggestion ?? "", section: place.section, line: place.line,
                quote: place.isFound ? quote : "")
            if let last = item.lastLine, place.isFound || item.firstLine != nil, min(last, finder.lastLine) > place.line
            {
                finding.lines = Array(place.line...min(last, finder.lastLine, place.line + Self.linesMax - 1))
            }
            return finding
        }.filter { seen.insert($0.identity).inserted }
    }

    private static let linesMax = 50

    /// A category as the code of a finding: lower-case letters and digits with hyphens between them.
    static func code(_ category: String) -> String {
        let words = category.lowercased().utf8.split { byte in
            !(0x61...0x7A).contains(byte) && !(0x30...0x39).contains(byte)
        }
        let code = words.prefix(4).map { String(Substring($0)) }.joined(separator: "-")
        return code.isEmpty ? "other" : String(code.prefix(40))
    }
}
