/// One command of the program as data; what it does is its ``CommandHandler``.
package struct Command: Sendable, Hashable {
    /// The words that call it, such as `["runs", "ls"]`; one or two.
    package let path: [String]
    /// A few words for lists, without a full stop.
    package let summary: String
    /// Whole sentences for its page.
    package let documentation: String
    package let words: [WordDefinition]
    /// Its own flags; ``CommandTable/commonFlags`` come on top.
    package let flags: [FlagDefinition]
    package let contradictions: [Contradiction]
    /// Lines to copy, each a whole command.
    package let examples: [String]

    package init(
        _ path: String..., summary: String, _ documentation: String, words: [any DeclaredWord] = [],
        flags: [any DeclaredFlag] = [], contradictions: [Contradiction] = [], examples: [String]
    ) {
        self.path = path
        self.summary = summary
        self.documentation = documentation
        self.words = words.map(\.definition)
        self.flags = flags.map(\.definition)
        self.contradictions = contradictions
        self.examples = examples
    }

    /// The words that call it with spaces between.
    package var name: String { path.joined(separator: " ") }
}

/// Flags of which only one can be meant.
package struct Contradiction: Sendable, Hashable {
    package let flags: [String]
    /// Why, and what to do: a clause that follows the names.
    package let reason: String

    package init(_ flags: any DeclaredFlag..., reason: String) {
        self.flags = flags.map(\.definition.name)
        self.reason = reason
    }
}

/// A noun under which several commands stand, such as `runs`.
package struct CommandGroup: Sendable, Hashable {
    package let name: String
    package let summary: String

    package init(_ name: String, summary: String) {
        self.name = name
        self.summary = summary
    }
}
