import TuttiConfiguration

/// The high step: what the typed line means. Values are read, duplicates, gaps and contradictions refused.
struct ArgumentReader {
    let table: CommandTable
    let line: TypedLine
    let command: Command

    /// - Throws: ``UsageError``; of several the first in the order typed, then what is missing.
    func read() throws(UsageError) -> Arguments {
        let flags = try readFlags()
        try refuseContradictions(flags)
        let words = try readWords(flags)
        for flag in command.flags where flag.isRequired && flags[flag.name] == nil {
            throw error(.missingFlag(flag.spelling))
        }
        return Arguments(command: command, accepted: table.flags(of: command), flags: flags, words: words)
    }

    private func readFlags() throws(UsageError) -> [String: [PlainValue]] {
        var flags: [String: [PlainValue]] = [:]
        for occurrence in line.occurrences {
            let flag = occurrence.flag
            guard flag.isRepeatable || flags[flag.name] == nil else { throw error(.duplicate(flag: flag.spelling)) }
            let value = try occurrence.value.map { typed throws(UsageError) in
                try read(typed, as: flag.kind, name: flag.spelling)
            }
            flags[flag.name, default: []].append(value ?? .toggle(true))
        }
        return flags
    }

    private func refuseContradictions(_ flags: [String: [PlainValue]]) throws(UsageError) {
        for contradiction in command.contradictions {
            let given = contradiction.flags.filter { flags[$0] != nil }
            guard given.count < 2 else {
                throw error(.contradiction(flags: given.map { "--" + $0 }, reason: contradiction.reason))
            }
        }
    }

    private func readWords(_ flags: [String: [PlainValue]]) throws(UsageError) -> [String: [PlainValue]] {
        var left = line.words[...]
        var words: [String: [PlainValue]] = [:]
        for word in command.words {
            let taken = word.isRepeatable ? left : left.prefix(1)
            left = left.dropFirst(taken.count)
            var values: [PlainValue] = []
            for typed in taken { values.append(try read(typed, as: word.kind, name: word.name)) }
            if let alias = word.alias, let named = flags[alias.name] {
                guard values.isEmpty else { throw error(.twice(word: word.name, flag: alias.spelling)) }
                values = named
            }
            guard !values.isEmpty || !word.isRequired else { throw error(.missingWord(word.name)) }
            words[word.name] = values
        }
        if let surplus = left.first { throw error(.surplusWord(surplus)) }
        return words
    }

    private func read(_ typed: String, as kind: ValueKind, name: String) throws(UsageError) -> PlainValue {
        do throws(ValueProblem) {
            return try kind.read(typed)
        } catch {
            throw self.error(.badValue(name: name, typed: typed, reason: error.reason))
        }
    }

    private func error(_ problem: UsageError.Problem) -> UsageError {
        UsageError(command: command.name, problem: problem, program: table.program)
    }
}
