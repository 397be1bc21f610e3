public import TuttiCore

/// What the editor made of a document.
public struct Revision: Codable, Sendable, Hashable {
    /// The text after the edits; equal to the old one when there are none.
    public var text: String
    /// In the order of the text.
    public var edits: [Edit]
    /// What calls of models have used for it; `nil` when there were none.
    public var spending: Spending?
    /// Edits that the moderator wanted and that could not be made, each with the reason; `nil` when there were none.
    public var refused: [String]?
    /// Findings that the moderator leaves as they are, each with the reason; `nil` when it told of none.
    public var unresolved: [String]?

    /// A revision of a moderator of one's own.
    public init(text: String, edits: [Edit] = [], spending: Spending? = nil, refused: [String]? = nil) {
        self.text = text
        self.edits = edits
        self.spending = spending
        self.refused = refused
    }
}

/// One change, and the rule that justifies it.
public struct Edit: Codable, Sendable, Hashable {
    /// The code of the rule.
    public var rule: String
    /// The line in the old text at which the change stands, from 1.
    public var line: Int
    /// What was changed.
    public var what: String
    /// Why.
    public var why: String

    /// An edit of a moderator of one's own.
    public init(rule: String, line: Int, what: String, why: String) {
        self.rule = rule
        self.line = line
        self.what = what
        self.why = why
    }
}
