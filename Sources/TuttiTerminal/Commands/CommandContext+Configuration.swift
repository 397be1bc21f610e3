import TuttiConfiguration

extension CommandContext {
    /// The configuration as this command line sees it.
    ///
    /// - Throws: `ConfigurationError`.
    func configuration(for arguments: Arguments) throws -> Configuration {
        try Configuration.load(
            home: arguments[Flags.home], settings: arguments.settings,
            spelling: { "--" + ($0.split(separator: ".").last ?? "").replacing("_", with: "-") },
            environment: environment)
    }

    /// Tells a person something, apart from the data.
    func tell(_ text: String) throws(OutputError) { try progress.write(text + "\n") }
}
