import TuttiConfiguration
import TuttiCore

/// What was typed, checked only against itself and the table: which command, which flags, which words.
///
/// This is the low step of two. It does not look at values; ``ArgumentReader`` does.
struct TypedLine: Sendable, Hashable {
    /// One flag as it was typed.
    struct Occurrence: Sendable, Hashable {
        let flag: FlagDefinition
        /// As text; `nil` for a toggle.
        let value: String?
    }

    /// The words that chose the command, as far as they go.
    var path: [String] = []
    /// The command, or `nil` when the words do not reach one.
    var command: Command?
    var occurrences: [Occurrence] = []
    var words: [String] = []

    func has(_ flag: Flag<Bool>) -> Bool { occurrences.contains { $0.flag == flag.definition } }
}

/// Splits a command line. A value type that is used up by one line.
struct LineSplitter {
    /// Nobody types more; a shell pattern may expand to it.
    static let argumentsMax = 4096

    let table: CommandTable
    private(set) var line = TypedLine()
    private var rest: ArraySlice<String>
    private var flagsEnded = false

    init(_ arguments: [String], table: CommandTable) {
        self.table = table
        rest = arguments[...]
    }

    /// Reads to the end.
    ///
    /// - Throws: ``UsageError`` for what is not in the table.
    mutating func split() throws(UsageError) -> TypedLine {
        guard rest.count <= Self.argumentsMax else { throw error(.tooManyWords(limit: Self.argumentsMax)) }
        while let argument = rest.popFirst() {
            if flagsEnded || !Self.looksLikeFlag(argument) {
                try takeWord(argument)
            } else if argument == "--" {
                flagsEnded = true
            } else if argument.hasPrefix("--") {
                try takeLong(argument)
            } else {
                try takeShort(argument.dropFirst())
            }
        }
        return line
    }

    /// `-` is the standard input, `-5` is a number: both are words or values.
    private static func looksLikeFlag(_ text: String) -> Bool {
        text.hasPrefix("-") && text != "-" && Int(text) == nil
    }

    private mutating func takeWord(_ word: String) throws(UsageError) {
        guard line.command == nil else {
            line.words.append(word)
            return
        }
        let choices = table.continuations(of: line.path)
        guard choices.contains(word) else {
            throw error(.unknownCommand(word, suggestion: nearestCommand(to: word, among: choices)))
        }
        line.path.append(word)
        line.command = table.command(at: line.path)
    }

    private mutating func takeLong(_ argument: String) throws(UsageError) {
        let parts = argument.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0])
        guard let flag = known.first(where: { $0.name == name }) else { throw unknownFlag(name) }
        try take(flag, attached: parts.count > 1 ? String(parts[1]) : nil)
    }

    /// `-v`, `-fv`, `-o FILE`, `-oFILE`, `-o=FILE`.
    private mutating func takeShort(_ letters: Substring) throws(UsageError) {
        var letters = letters
        while let letter = letters.popFirst() {
            guard let flag = known.first(where: { $0.short == letter }) else {
                throw error(.unknownFlag("-\(letter)", suggestion: nil))
            }
            guard flag.takesValue else {
                guard letters.first != "=" else { throw error(.unexpectedValue(flag: "-\(letter)")) }
                try take(flag, attached: nil)
                continue
            }
            let value = letters.first == "=" ? letters.dropFirst() : letters
            return try take(flag, attached: letters.isEmpty ? nil : String(value))
        }
    }

    private mutating func take(_ flag: FlagDefinition, attached: String?) throws(UsageError) {
        guard flag.takesValue else {
            guard attached == nil else { throw error(.unexpectedValue(flag: flag.spelling)) }
            line.occurrences.append(.init(flag: flag, value: nil))
            return
        }
        let following = rest.first.flatMap { Self.looksLikeFlag($0) ? nil : $0 }
        guard let value = attached ?? following else { throw error(.missingValue(flag: flag.spelling)) }
        if attached == nil { rest.removeFirst() }
        line.occurrences.append(.init(flag: flag, value: value))
    }

    // MARK: What can be meant here

    private var known: [FlagDefinition] { line.command.map(table.flags(of:)) ?? table.commonFlags }

    private func nearestCommand(to word: String, among choices: [String]) -> String? {
        let near = Synonyms.command(word, among: choices) ?? NearestName.find(word, among: choices)
        return near.map { "'" + (line.path + [$0]).joined(separator: " ") + "'" }
    }

    private func unknownFlag(_ name: String) -> UsageError {
        if line.command == nil, let owner = owner(of: name) {
            return error(.flagBeforeCommand("--" + name, owner: owner.name))
        }
        let near =
            Synonyms.flag(name, among: known.map(\.name))
            ?? NearestName.find(name, among: known.map(\.name)).map { "--" + $0 }
        return error(.unknownFlag("--" + name, suggestion: near))
    }

    /// The first command that may still be meant and takes this flag.
    private func owner(of flag: String) -> Command? {
        table.commands.first { $0.path.starts(with: line.path) && $0.flags.contains { $0.name == flag } }
    }

    func error(_ problem: UsageError.Problem) -> UsageError {
        UsageError(command: line.path.joined(separator: " "), problem: problem, program: table.program)
    }
}
