public import TuttiCore

/// What the rulebook looks for, and why.
public struct Rule: Codable, Sendable, Hashable {
    /// Stable, kebab-case.
    public var code: String
    /// What is wrong when it is broken, in a few words.
    public var title: String
    /// What a finding usually weighs; a rule may say more or less where the text gives reason.
    public var severity: Severity
    /// The id of the critic it belongs to.
    public var critic: String
    /// The kinds of documents it is asked of.
    public var kinds: [DocumentKind]
    /// Why it matters.
    public var reason: String
    /// A line that breaks the rule.
    public var bad: String
    /// A line that keeps it.
    public var good: String

    init(
        _ code: String, _ title: String, _ severity: Severity, _ critic: CriticProfile,
        kinds: [DocumentKind] = DocumentKind.allCases, reason: String, bad: String, good: String
    ) {
        self.code = code
        self.title = title
        self.severity = severity
        self.critic = critic.id
        self.kinds = kinds
        self.reason = reason
        self.bad = bad
        self.good = good
    }
}

/// A rule and the code that finds where it is broken.
protocol Check: Sendable {
    var rule: Rule { get }
    /// Works without English words, so it is asked of documents in any language.
    var knowsAnyLanguage: Bool { get }
    /// Several findings are always told as one: blemishes that a reader mends in one go.
    var tellsAsOne: Bool { get }
    /// Asks what becomes of a thing that is built or run, so it asks nothing of an essay or a letter.
    var needsWorkAtHand: Bool { get }

    func findings(in context: ReviewContext) -> [Finding]
}

extension Check {
    var knowsAnyLanguage: Bool { false }
    var tellsAsOne: Bool { false }
    var needsWorkAtHand: Bool { false }
}
