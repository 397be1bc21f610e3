public import TuttiCore

extension Finding {
    /// A finding of a critic of one's own.
    ///
    /// - Parameters:
    ///   - critic: the critic's id.
    ///   - code: stable and short, such as a category.
    ///   - subject: what the finding is about: the sentence in question, or the heading of the section. Together with
    ///     critic and code it tells whether a finding of the next round is the same one.
    ///   - line: counted from 1.
    ///   - quote: the sentence in question, cut to 160 bytes.
    public init(
        critic: String, code: String, severity: Severity, subject: String, message: String, suggestion: String = "",
        section: String = "", line: Int = 1, quote: String = "", questions: [String] = []
    ) {
        let rule = Rule(
            code, code, severity, CriticProfile(id: critic, title: critic, looksAt: ""), reason: "", bad: "", good: "")
        self.init(
            rule: rule, subject: subject, message: message, suggestion: suggestion, section: section, line: line,
            quote: String(quote.prefix(Self.quoteLimit)), questions: questions)
    }
}

extension Finding {
    /// The order of reports: the worst first, then from the top of the document down.
    package static func isWorse(_ lhs: Finding, _ rhs: Finding) -> Bool { inOrder(lhs, rhs) }
}

extension Review {
    /// A review of a critic of one's own; the worst finding comes first.
    public init(critic: String, findings: [Finding]) {
        self.init(critic: critic, findings: findings.sorted(by: Finding.inOrder), silenced: [])
    }
}
