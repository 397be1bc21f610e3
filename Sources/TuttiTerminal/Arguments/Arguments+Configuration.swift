package import TuttiConfiguration

extension Arguments {
    /// The effective configuration: these flags over the environment over the file over the defaults.
    ///
    /// - Throws: ``ConfigurationError``, which ``Program`` turns into ``ExitCode/usage``.
    package func configuration(environment: [String: String]) throws(ConfigurationError) -> Configuration {
        try Configuration.load(
            home: self[Flags.home], settings: settings, spelling: { key in spelling(ofSetting: key) },
            environment: environment)
    }

    private func spelling(ofSetting key: String) -> String {
        command.flags.first { $0.setting == key }?.spelling ?? key
    }
}
