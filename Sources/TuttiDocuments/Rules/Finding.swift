public import TuttiCore

/// One thing that a critic has found in a document.
public struct Finding: Codable, Sendable, Hashable {
    /// The id of the critic whose rule it is: `product`, `engineering` or `ai-risk`.
    public var critic: String
    /// The rule's stable code, such as `vague-requirement`.
    public var code: String
    /// How much it matters here; a rule may say more or less than it usually does.
    public var severity: Severity
    /// What is wrong, with the words of the document that show it.
    public var message: String
    /// What the author can do about it.
    public var suggestion: String
    /// The headings above the place, such as `Requirements › Upload`; empty before the first heading.
    public var section: String
    /// The first line of the place, counted from 1.
    public var line: Int
    /// All lines, in rising order, when one finding stands for several places; else only ``line``.
    public var lines: [Int]
    /// The sentence in question, shortened to about 160 characters; empty when something is missing.
    public var quote: String
    /// Equal in every round for the same finding: made of critic, code and the sentence or subject, not of lines.
    public var identity: String
    /// What the author has to answer to close the gap; the moderator writes these into the document.
    public var questions: [String]
    /// The heading under which the answers belong, where a whole section is missing.
    public var missingSection: String?
    /// One short key for each identity this finding stands for; the marker of a question carries them.
    public var keys: [String]

    static let quoteLimit = 160
    static let subjectLimit = 96

    init(
        rule: Rule, severity: Severity? = nil, subject: String, message: String, suggestion: String, section: String,
        line: Int, quote: String = "", questions: [String] = [], missingSection: String? = nil
    ) {
        critic = rule.critic
        code = rule.code
        self.severity = severity ?? rule.severity
        self.message = message
        self.suggestion = suggestion
        self.section = section
        self.line = line
        lines = [line]
        self.quote = quote
        var folded = Document.fold(subject.utf8)
        if folded.utf8.count > Self.subjectLimit {
            let hash = Self.hash(folded)
            folded = String(decoding: folded.utf8.prefix(Self.subjectLimit), as: UTF8.self) + " " + hash
        }
        identity = "\(rule.critic)/\(rule.code)/\(folded)"
        self.questions = questions.map(QuestionText.clean)
        self.missingSection = missingSection
        keys = [Self.hash(identity)]
    }

    /// Eight hexadecimal digits that tell findings apart within a document (FNV-1a).
    static func hash(_ text: String) -> String {
        var hash: UInt32 = 0x811C_9DC5
        for byte in text.utf8 {
            hash ^= UInt32(byte)
            hash = hash &* 0x0100_0193
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 8 - digits.count) + digits
    }

    /// Worst first, then from the top of the document down.
    static func inOrder(_ lhs: Finding, _ rhs: Finding) -> Bool {
        if lhs.severity != rhs.severity { return lhs.severity > rhs.severity }
        if lhs.line != rhs.line { return lhs.line < rhs.line }
        if lhs.code != rhs.code { return lhs.code < rhs.code }
        return lhs.identity < rhs.identity
    }
}

/// A finding that the author has silenced, with the reason they gave.
public struct SilencedFinding: Codable, Sendable, Hashable {
    /// What would have been found.
    public var finding: Finding
    /// What the author wrote behind the colon.
    public var reason: String
}

/// What one critic has to say about a document.
public struct Review: Codable, Sendable, Hashable {
    /// The critic's id.
    public var critic: String
    /// Open findings: worst first, then by line, then by code.
    public var findings: [Finding]
    /// Findings that a comment in the document silences.
    public var silenced: [SilencedFinding]
    /// What it says of findings that were open before, those of others among them; `nil` when it was not asked.
    public var answers: [FindingAnswer]?
    /// What it thinks of the document as a whole, in a sentence or two; `nil` for none.
    public var assessment: String?
    /// What calls of models have used for it; `nil` when there were none.
    public var spending: Spending?
}

/// What a critic says of a finding that was open.
public struct FindingAnswer: Codable, Sendable, Hashable {
    /// The finding's ``Finding/identity``.
    public var identity: String
    /// Whether the document now answers it.
    public var isFixed: Bool
    /// Why, in one sentence.
    public var reason: String

    /// An answer from its parts.
    public init(identity: String, isFixed: Bool, reason: String) {
        self.identity = identity
        self.isFixed = isFixed
        self.reason = reason
    }
}
