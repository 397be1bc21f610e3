package import TuttiYAML

/// A configuration that cannot be used. Nothing was done; the program ends with code 2.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Who said it.
    package let source: ConfigurationSource
    /// Where in the file, if it was one.
    package let mark: YAMLMark?
    /// What is wrong and what to do.
    package let message: String

    package var description: String {
        switch source {
        case .file(let path): path + (mark.map { ":\($0)" } ?? "") + ": " + message
        case .flag, .environment, .fallback: message
        }
    }
}

/// Where a value comes from.
package enum ConfigurationSource: Hashable, Sendable, CustomStringConvertible {
    /// As it is typed, such as `--home`.
    case flag(String)
    /// The variable's name.
    case environment(String)
    /// The file's path.
    case file(String)
    /// Nobody said anything.
    case fallback

    package var description: String {
        switch self {
        case .flag(let name): "flag \(name)"
        case .environment(let name): "environment \(name)"
        case .file(let path): "file \(path)"
        case .fallback: "default"
        }
    }
}

/// A value and where it comes from.
package struct Sourced<Value: Sendable>: Sendable {
    package let value: Value
    package let source: ConfigurationSource

    package init(value: Value, source: ConfigurationSource) {
        self.value = value
        self.source = source
    }
}

extension Sourced: Equatable where Value: Equatable {}
