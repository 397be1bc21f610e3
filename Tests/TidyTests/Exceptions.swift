/// Where the tree may break a rule, each with its reason. One that is no longer needed fails the tests.
struct RuleException: Sendable {
    let rule: String
    let path: String
    let reason: String

    static let all: [RuleException] = [
        RuleException(
            rule: "tests do not sleep", path: "Tests/TuttiObservabilityTests/Traces/NeverLate.swift",
            reason: "it is a clock, and the function of a clock that does not sleep has that name"),
        RuleException(
            rule: "tests do not sleep", path: "Tests/TuttiProvidersTests/Credentials/TestClock.swift",
            reason: "it is a clock, and the function of a clock that does not sleep has that name"),
    ]
}
