import TuttiCore

/// The variables of a program's environment by which the tools of the clouds are set up, as they were at one moment.
///
/// Their values may be secret, so it shows none.
public struct CloudEnvironment: Sendable, Hashable {
    private let values: [String: SecretText]

    /// No variables.
    public init() { values = [:] }

    /// Those variables of an environment that a cloud's tools look at, and the few that any program needs.
    public init(_ environment: [String: String]) {
        values = environment.filter { Self.isOne($0.key) }.mapValues { SecretText($0) }
    }

    private static let prefixes = ["AWS_", "AZURE_", "CLOUDSDK_", "GCE_", "GOOGLE_", "IDENTITY_"]
    /// What a program that gives credentials is started with besides, and what OpenAI's clients look at for Azure.
    private static let usual: Set = ["HOME", "LANG", "OPENAI_API_VERSION", "PATH", "TMPDIR", "TZ"]

    private static func isOne(_ name: String) -> Bool {
        usual.contains(name) || prefixes.contains { name.hasPrefix($0) }
    }

    /// The value of a variable without blanks around it; an empty one counts as unset.
    subscript(_ name: String) -> String? {
        values[name].map { Self.trimmed($0.revealed) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The value of the first of these variables that is set.
    func first(_ names: String...) -> String? { names.lazy.compactMap { self[$0] }.first }

    /// What those of them hold that are no names and places.
    var secrets: [SecretText] {
        [
            "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_BEARER_TOKEN_BEDROCK",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN", "AZURE_CLIENT_SECRET", "AZURE_OPENAI_API_KEY", "GOOGLE_API_KEY",
        ].compactMap { self[$0].map { SecretText($0) } }
    }

    /// All of them as they were, for a program that is started.
    var all: [String: String] { values.mapValues(\.revealed) }

    /// Keys are copied with line ends and blanks around them.
    static func trimmed(_ text: String) -> String {
        var text = text[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
