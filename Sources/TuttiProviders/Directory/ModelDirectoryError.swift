public import TuttiCore

/// A name says no model that could be asked, or a provider cannot be used as it is set up. Nothing was asked.
public struct ModelDirectoryError: CodedError, Hashable, CustomStringConvertible {
    /// `bad_model_name`, `unknown_provider`, `missing_key`, `bad_provider_url`, `bad_provider_dialect`,
    /// `bad_provider_setting`, `bad_provider_name` or `bad_cassette`.
    public var code: String
    /// What is wrong, which rule it breaks, and the way out. Never a key.
    public var message: String

    init(_ code: Code, _ message: String) {
        self.code = code.rawValue
        self.message = message
    }

    enum Code: String {
        case modelName = "bad_model_name"
        case unknownProvider = "unknown_provider"
        case missingKey = "missing_key"
        case providerURL = "bad_provider_url"
        case providerDialect = "bad_provider_dialect"
        case setting = "bad_provider_setting"
        case providerName = "bad_provider_name"
        case cassette = "bad_cassette"
    }

    /// Never: the name or the setting has to change.
    public var isRetryable: Bool { false }
    /// The message.
    public var description: String { message }
}
