/// The one table: parser, help and completions are made from it.
package struct CommandTable: Sendable {
    /// What people type first.
    package let program: String
    package let summary: String
    package let groups: [CommandGroup]
    package let commands: [Command]
    /// Flags that every command takes, before or after its name.
    package let commonFlags: [FlagDefinition]

    package init(
        program: String, summary: String, groups: [CommandGroup], commands: [Command],
        commonFlags: [any DeclaredFlag]
    ) {
        self.program = program
        self.summary = summary
        self.groups = groups
        self.commands = commands
        self.commonFlags = commonFlags.map(\.definition)
    }

    /// The same table with only those commands that have a handler: what is not built is a usage error.
    package func keeping(_ kept: some Sequence<Command>) -> CommandTable {
        let names = Set(kept.map(\.name))
        return CommandTable(copying: self, commands: commands.filter { names.contains($0.name) })
    }

    private init(copying table: CommandTable, commands: [Command]) {
        program = table.program
        summary = table.summary
        self.commands = commands
        groups = table.groups.filter { group in commands.contains { $0.path.first == group.name } }
        commonFlags = table.commonFlags
    }

    /// The command that these words call.
    package func command(at path: [String]) -> Command? { commands.first { $0.path == path } }

    /// The words that may follow, in the order of the table.
    package func continuations(of path: [String]) -> [String] {
        var seen: Set<String> = []
        return commands.compactMap { command in
            guard command.path.count > path.count, command.path.starts(with: path) else { return nil }
            let word = command.path[path.count]
            return seen.insert(word).inserted ? word : nil
        }
    }

    /// All flags a command takes: its own, then the common ones.
    package func flags(of command: Command) -> [FlagDefinition] { command.flags + commonFlags }
}
