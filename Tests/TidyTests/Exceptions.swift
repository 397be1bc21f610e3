/// Where the tree may break a rule, each with its reason. One that is no longer needed fails the tests.
struct RuleException: Sendable {
    let rule: String
    let path: String
    let reason: String

    static let all: [RuleException] = []
}
