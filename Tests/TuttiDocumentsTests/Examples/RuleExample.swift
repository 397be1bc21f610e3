@testable import TuttiDocuments

/// Texts that break a rule, and texts that look like it and do not.
struct RuleExample: Sendable {
    var code: String
    var kind: DocumentKind
    var bad: [String]
    var good: [String]

    init(_ code: String, _ kind: DocumentKind, bad: [String], good: [String]) {
        self.code = code
        self.kind = kind
        self.bad = bad
        self.good = good
    }

    static let all: [RuleExample] = product + wording + engineering + risk + systems + plain
}
