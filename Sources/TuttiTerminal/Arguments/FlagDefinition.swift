package import TuttiConfiguration

/// One line of the table of flags: all that the parser, the help and the completions know of a flag.
package struct FlagDefinition: Sendable, Hashable {
    /// Without dashes, such as `max-iterations`.
    package let name: String
    /// One letter, or `nil`.
    package let short: Character?
    package let kind: ValueKind
    /// What stands for the value in the help, such as `FILE`; empty for a toggle.
    package let placeholder: String
    /// May be given several times; the values are kept in order.
    package let isRepeatable: Bool
    package let isRequired: Bool
    /// What holds when the flag is not given.
    package let fallback: PlainValue?
    /// The environment variable that stands in when the flag is not given.
    package let environment: String?
    /// The configuration key that the flag overrides.
    package let setting: String?
    package let group: FlagGroup
    /// A few words for lists, without a full stop.
    package let help: String
    /// Whole sentences for the page of the command.
    package let documentation: String

    /// As it is typed: `--max-iterations`.
    package var spelling: String { "--" + name }
    package var takesValue: Bool { kind != .toggle }
}

/// The heading under which a flag stands in the help.
package enum FlagGroup: String, Sendable, CaseIterable {
    case document = "The document"
    case table = "The table"
    case agent = "The agent"
    case loop = "The loop"
    case chat = "The conversation"
    case selection = "What to choose"
    case answer = "What is told"
    case load = "The load"
    case output = "The output"
    case common = "Everywhere"
}
