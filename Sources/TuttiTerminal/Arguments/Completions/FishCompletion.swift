import TuttiConfiguration

/// Completion for fish: one line for each thing that can be offered, with the condition under which it is.
struct FishCompletion {
    let table: CommandTable

    var text: String {
        var lines = [
            "# Completion of \(table.program) for fish. Use it: \(table.program) completions fish | source",
            "function __\(table.program)_at",
            "    set -l typed (commandline -opc)",
            "    set -l path",
            "    for word in $typed[2..-1]",
            "        contains -- \"$path$word\" \(quotedPaths); and set path \"$path$word \"",
            "    end",
            "    test \"$path\" = \"$argv[1]\"",
            "end",
            "complete -c \(table.program) -f",
        ]
        lines += table.stems.flatMap(names(after:))
        lines += table.commonFlags.map { line(condition: nil, flag: $0) }
        for command in table.commands {
            let condition = Self.condition(table.program, command.path)
            lines += command.flags.map { line(condition: condition, flag: $0) }
            lines += command.words.prefix(1).flatMap { values(condition: condition, kind: $0.kind) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private var quotedPaths: String {
        let paths = Set(table.commands.map(\.path) + table.stems.filter { !$0.isEmpty })
        return paths.map { Self.quoted($0.joined(separator: " ")) }.sorted().joined(separator: " ")
    }

    private func names(after stem: [String]) -> [String] {
        table.continuations(of: stem).map { name in
            let path = stem + [name]
            let summary =
                table.command(at: path)?.summary ?? table.groups.first { $0.name == name }?.summary ?? ""
            let condition = Self.condition(table.program, stem)
            return "complete -c \(table.program) -n \(condition) -a \(name) -d \(Self.quoted(summary))"
        }
    }

    private func line(condition: String?, flag: FlagDefinition) -> String {
        var line = "complete -c \(table.program)"
        if let condition { line += " -n \(condition)" }
        line += " -l \(flag.name)"
        if let short = flag.short { line += " -s \(short)" }
        // `-x` wants a value and offers no files; `-r -F` wants one and offers files.
        switch CompletionOffer(flag.kind) {
        case .files: line += " -r -F"
        case .words(let words): line += " -x -a \(Self.quoted(words.joined(separator: " ")))"
        case .nothing: line += flag.takesValue ? " -x" : ""
        }
        return line + " -d \(Self.quoted(flag.help))"
    }

    private func values(condition: String, kind: ValueKind) -> [String] {
        switch CompletionOffer(kind) {
        case .files: ["complete -c \(table.program) -n \(condition) -F"]
        case .words(let words):
            ["complete -c \(table.program) -n \(condition) -a \(Self.quoted(words.joined(separator: " ")))"]
        case .nothing: []
        }
    }

    private static func condition(_ program: String, _ path: [String]) -> String {
        quoted("__\(program)_at \"\(path.map { $0 + " " }.joined())\"")
    }

    private static func quoted(_ text: String) -> String {
        "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }
}
