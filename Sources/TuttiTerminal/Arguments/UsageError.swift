import TuttiConfiguration
import TuttiReadings

/// A command line that cannot be understood. Nothing was done; the program ends with ``ExitCode/usage``.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong, for programs and tests.
    package enum Problem: Hashable, Sendable {
        case missingCommand(choices: [String])
        case unknownCommand(String, suggestion: String?)
        case unknownFlag(String, suggestion: String?)
        case flagBeforeCommand(String, owner: String)
        case missingValue(flag: String)
        case unexpectedValue(flag: String)
        case badValue(name: String, typed: String, reason: String)
        case duplicate(flag: String)
        case contradiction(flags: [String], reason: String)
        case missingFlag(String)
        case missingWord(String)
        case surplusWord(String)
        case twice(word: String, flag: String)
        case tooManyWords(limit: Int)
    }

    /// The words of the command as far as they were understood, such as `runs ls`; may be empty.
    package let command: String
    package let problem: Problem
    /// The program's name, for the way out.
    package let program: String

    /// One line: what, why, and the way out.
    package var description: String {
        let place = command.isEmpty ? program : program + " " + command
        return "\(place): \(sentence)"
    }

    private var help: String { command.isEmpty ? "\(program) --help" : "\(program) \(command) --help" }

    private var sentence: String {
        switch problem {
        case .missingCommand(let choices):
            "a command is missing; use one of \(choices.joined(separator: ", ")) (see '\(help)')"
        case .unknownCommand(let typed, let suggestion):
            "there is no command '\(Self.shown(typed))'; \(hint(suggestion, "lists the commands"))"
        case .unknownFlag(let typed, let suggestion):
            "there is no flag \(Self.shown(typed)); \(hint(suggestion, "lists the flags"))"
        case .flagBeforeCommand(let flag, let owner):
            "\(flag) belongs behind its command; write '\(program) \(owner) ... \(flag)'"
        case .badValue(let name, let typed, let reason): "\(name) '\(Self.shown(typed))' \(reason)"
        case .contradiction(let flags, let reason): "\(flags.joined(separator: " and ")) contradict: \(reason)"
        case .tooManyWords(let limit): "more than \(limit) words and flags; give fewer"
        case .missingValue, .unexpectedValue, .duplicate, .missingFlag: flagSentence
        case .missingWord, .surplusWord, .twice: wordSentence
        }
    }

    private var flagSentence: String {
        switch problem {
        case .missingValue(let flag):
            "\(flag) needs a value; write \(flag)=VALUE if the value begins with a dash (see '\(help)')"
        case .unexpectedValue(let flag): "\(flag) takes no value; write \(flag) alone"
        case .duplicate(let flag): "\(flag) is given twice; give it once"
        case .missingFlag(let flag): "\(flag) is missing; see '\(help)'"
        default: ""
        }
    }

    private var wordSentence: String {
        switch problem {
        case .missingWord(let name): "\(name) is missing; see '\(help)'"
        case .surplusWord(let typed):
            (isAboutSecrets ? "there is" : "'\(Self.shown(typed))' is")
                + " one word too many; quote texts with spaces (see '\(help)')"
        case .twice(let word, let flag): "\(word) is given twice, as a word and by \(flag); give it once"
        default: ""
        }
    }

    /// A word too many may be what was to be kept: what is never told is not repeated either.
    private var isAboutSecrets: Bool { ["secrets", "users", "keys"].contains { command.hasPrefix($0 + " ") } }

    private func hint(_ suggestion: String?, _ otherwise: String) -> String {
        suggestion.map { "did you mean \($0)?" } ?? "'\(help)' \(otherwise)"
    }

    /// Longer input is cut before it is echoed, in characters.
    static let echoMax = 60

    /// What somebody typed, safe to print: no control characters, not too long.
    private static func shown(_ typed: String) -> String {
        let text = TerminalText.sanitized(typed)
        return text.count <= echoMax ? text : text.prefix(echoMax) + "…"
    }
}
