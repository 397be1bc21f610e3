package import TuttiConfiguration

/// A command line that was understood: every value fits its kind, and nothing that is required is missing.
package struct Arguments: Sendable {
    package let command: Command
    private let flags: [String: [PlainValue]]
    private let words: [String: [PlainValue]]
    private let accepted: Set<FlagDefinition>

    init(
        command: Command, accepted: [FlagDefinition], flags: [String: [PlainValue]], words: [String: [PlainValue]]
    ) {
        self.command = command
        self.accepted = Set(accepted)
        self.flags = flags
        self.words = words
    }

    /// The value of a flag, or what its declaration says when it was not given.
    ///
    /// The flag must be one of the command's: asking for another is a mistake of ours and traps.
    package subscript<Value>(_ flag: Flag<Value>) -> Value {
        precondition(accepted.contains(flag.definition), "'\(command.name)' does not declare --\(flag.definition.name)")
        return flag.interpret(flags[flag.definition.name] ?? [])
    }

    /// The value of a word. It must be one of the command's.
    package subscript<Value>(_ word: Word<Value>) -> Value {
        precondition(
            command.words.contains(word.definition), "'\(command.name)' does not declare \(word.definition.name)")
        return word.interpret(words[word.definition.name] ?? [])
    }

    /// What the flags say about configuration keys, as the topmost layer of the configuration.
    package var settings: [String: PlainValue] {
        var settings: [String: PlainValue] = [:]
        for flag in accepted {
            guard let key = flag.setting, let value = flags[flag.name]?.last else { continue }
            settings[key] = value
        }
        return settings
    }
}
