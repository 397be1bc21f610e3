/// What a command line asks for.
package enum Invocation: Sendable {
    /// Run a command.
    case run(Arguments)
    /// Show the help of the program (no words), a group or a command.
    case help(path: [String])
    /// Show the version.
    case version
}

extension CommandTable {
    /// Understands a command line, without the program's own name.
    ///
    /// `--help` and `--version` win over everything that is merely wrong in its values or incomplete.
    ///
    /// - Throws: ``UsageError``.
    package func understand(_ arguments: [String]) throws(UsageError) -> Invocation {
        var splitter = LineSplitter(arguments, table: self)
        let line = try splitter.split()
        if line.has(Flags.help) { return .help(path: line.path) }
        if line.has(Flags.version) { return .version }
        guard let command = line.command else {
            throw splitter.error(.missingCommand(choices: continuations(of: line.path)))
        }
        return .run(try ArgumentReader(table: self, line: line, command: command).read())
    }
}
