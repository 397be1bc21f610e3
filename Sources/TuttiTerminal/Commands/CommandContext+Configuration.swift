import TuttiConfiguration

extension CommandContext {
    /// The configuration as this command line sees it.
    ///
    /// - Throws: `ConfigurationError`.
    func configuration(for arguments: Arguments) throws -> Configuration {
        try arguments.configuration(environment: environment)
    }

    /// Tells a person something, apart from the data.
    func tell(_ text: String) throws(OutputError) { try progress.write(text + "\n") }
}
