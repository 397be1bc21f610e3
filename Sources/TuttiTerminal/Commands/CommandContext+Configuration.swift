package import TuttiConfiguration

extension CommandContext {
    /// The configuration as this command line sees it.
    ///
    /// - Throws: `ConfigurationError`.
    package func configuration(for arguments: Arguments) throws -> Configuration {
        try arguments.configuration(environment: environment)
    }

    /// Tells a person something, apart from the data.
    package func tell(_ text: String) throws(OutputError) { try progress.write(text + "\n") }
}
