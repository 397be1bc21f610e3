import TuttiConfiguration

/// The help pages, made from the table.
package struct HelpText: Sendable {
    let table: CommandTable

    package init(table: CommandTable) { self.table = table }

    /// Help is written for this many columns, which every terminal has.
    static let columns = 80

    /// The page of the program (no words), of a group or of a command.
    package func page(for path: [String]) -> String {
        if let command = table.command(at: path) { return commandPage(command) }
        return path.isEmpty ? programPage() : groupPage(path)
    }

    private func programPage() -> String {
        var page = "\(table.program): \(table.summary)\n\nUsage: \(table.program) COMMAND [FLAGS]\n\nCommands:\n"
        page += rows(
            table.continuations(of: []).map { name in
                let group = table.groups.first { $0.name == name }
                return (name, group?.summary ?? table.command(at: [name])?.summary ?? "")
            })
        page += flagSections(table.commonFlags)
        page += "\nExit codes:\n" + rows(ExitCode.allCases.map { (String($0.rawValue), $0.meaning) })
        return page + "\nMore about a command: \(table.program) COMMAND --help\n"
    }

    private func groupPage(_ path: [String]) -> String {
        let name = path.joined(separator: " ")
        let summary = table.groups.first { $0.name == name }?.summary ?? ""
        let commands = table.commands.filter { $0.path.starts(with: path) }
        return """
            \(table.program) \(name): \(summary)

            Usage: \(table.program) \(name) COMMAND [FLAGS]

            Commands:
            \(rows(commands.map { ($0.name, $0.summary) }))
            More about a command: \(table.program) \(name) COMMAND --help

            """
    }

    private func commandPage(_ command: Command) -> String {
        var page = "\(table.program) \(command.name): \(command.summary)\n\n"
        page += "Usage: \(usage(of: command))\n\n\(TextWrap.wrap(command.documentation, columns: Self.columns))\n"
        if !command.words.isEmpty {
            page += "\nWords:\n" + rows(command.words.map { ($0.name, $0.documentation) })
        }
        page += flagSections(table.flags(of: command))
        page += "\nExamples:\n" + command.examples.map { "  \($0)\n" }.joined()
        return page
    }

    private func usage(of command: Command) -> String {
        let required = command.flags.filter(\.isRequired).map { "\($0.spelling) \($0.placeholder)" }
        let words = command.words.map(\.spelling)
        return ([table.program, command.name] + words + required + ["[FLAGS]"]).joined(separator: " ")
    }

    private func flagSections(_ flags: [FlagDefinition]) -> String {
        FlagGroup.allCases.map { group in
            let members = flags.filter { $0.group == group }
            return members.isEmpty ? "" : "\n\(group.rawValue):\n" + rows(members.map { ($0.usage, $0.details) })
        }.joined()
    }

    /// Two columns; a left side that is too long gets a line of its own.
    private func rows(_ rows: [(left: String, right: String)]) -> String {
        let leftMax = 24
        let left = min(leftMax, rows.map(\.left.count).max() ?? 0)
        let indent = String(repeating: " ", count: left + 4)
        return rows.map { row in
            let right = TextWrap.wrap(row.right, columns: Self.columns - left - 4)
                .split(separator: "\n").joined(separator: "\n" + indent)
            let padding = String(repeating: " ", count: max(0, left - row.left.count))
            let gap = row.left.count > left ? "\n" + indent : padding + "  "
            return "  \(row.left)\(gap)\(right)\n"
        }.joined()
    }
}

extension FlagDefinition {
    /// `-o, --output FILE`.
    fileprivate var usage: String {
        let letter = short.map { "-\($0), " } ?? ""
        return letter + spelling + (takesValue ? " " + placeholder : "")
    }

    /// The documentation with what the table knows besides.
    fileprivate var details: String {
        var facts: [String] = []
        if takesValue, kind.isWorthSaying { facts.append(kind.expectation) }
        if let fallback { facts.append("default \(fallback.text)") }
        if let environment { facts.append("environment \(environment)") }
        return facts.isEmpty ? documentation : documentation + " (" + facts.joined(separator: "; ") + ")"
    }
}
