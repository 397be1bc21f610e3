package import TuttiConfiguration

/// A flag and the Swift type of its value: `arguments[Flags.maxIterations]` cannot be misspelt or misread.
package struct Flag<Value: Sendable>: DeclaredFlag {
    package let definition: FlagDefinition
    /// Makes the value of what was typed, in order; of nothing when the flag was not given.
    let interpret: @Sendable ([PlainValue]) -> Value
}

/// A flag of any type, to be listed by a command.
package protocol DeclaredFlag: Sendable {
    var definition: FlagDefinition { get }
}

extension Flag where Value == Bool {
    /// A flag without a value: on when given.
    package init(
        _ name: String, short: Character? = nil, environment: String? = nil, in group: FlagGroup, help: String,
        _ documentation: String
    ) {
        definition = FlagDefinition(
            name: name, short: short, kind: .toggle, placeholder: "", isRepeatable: false, isRequired: false,
            fallback: nil, environment: environment, setting: nil, group: group, help: help,
            documentation: documentation)
        interpret = { !$0.isEmpty }
    }
}

extension Flag {
    /// A flag that may be left out: `nil` when it was.
    package init<Wrapped: PlainValueConvertible>(
        _ name: String, short: Character? = nil, _ placeholder: String, _ kind: ValueKind,
        environment: String? = nil, in group: FlagGroup, help: String, _ documentation: String
    ) where Value == Wrapped? {
        definition = FlagDefinition(
            name: name, short: short, kind: kind, placeholder: placeholder, isRepeatable: false, isRequired: false,
            fallback: nil, environment: environment, setting: nil, group: group, help: help,
            documentation: documentation)
        interpret = { $0.last.flatMap(Wrapped.init(plain:)) }
    }

    /// A flag that overrides a configuration key and takes kind and default from it.
    package init<Wrapped>(
        _ name: String, short: Character? = nil, _ placeholder: String, setting key: ConfigurationKey<Wrapped>,
        in group: FlagGroup, help: String, _ documentation: String
    ) where Value == Wrapped? {
        definition = FlagDefinition(
            name: name, short: short, kind: key.definition.kind, placeholder: placeholder, isRepeatable: false,
            isRequired: false, fallback: key.definition.fallback, environment: key.definition.environmentName,
            setting: key.definition.name, group: group, help: help, documentation: documentation)
        interpret = { $0.last.flatMap(Wrapped.init(plain:)) }
    }

    /// A flag that may be given several times.
    package init<Element: PlainValueConvertible>(
        repeatable name: String, short: Character? = nil, _ placeholder: String, _ kind: ValueKind,
        in group: FlagGroup, help: String, _ documentation: String
    ) where Value == [Element] {
        definition = FlagDefinition(
            name: name, short: short, kind: kind, placeholder: placeholder, isRepeatable: true, isRequired: false,
            fallback: nil, environment: nil, setting: nil, group: group, help: help, documentation: documentation)
        interpret = { $0.compactMap(Element.init(plain:)) }
    }
}

extension Flag where Value: PlainValueConvertible {
    /// A flag with a default.
    package init(
        _ name: String, short: Character? = nil, _ placeholder: String, _ kind: ValueKind, default fallback: Value,
        in group: FlagGroup, help: String, _ documentation: String
    ) {
        definition = FlagDefinition(
            name: name, short: short, kind: kind, placeholder: placeholder, isRepeatable: false, isRequired: false,
            fallback: fallback.plain, environment: nil, setting: nil, group: group, help: help,
            documentation: documentation)
        interpret = { $0.last.flatMap(Value.init(plain:)) ?? fallback }
    }

    /// A flag that must be given; the parser sees to it.
    package init(
        required name: String, short: Character? = nil, _ placeholder: String, _ kind: ValueKind,
        in group: FlagGroup, help: String, _ documentation: String
    ) {
        definition = FlagDefinition(
            name: name, short: short, kind: kind, placeholder: placeholder, isRepeatable: false, isRequired: true,
            fallback: nil, environment: nil, setting: nil, group: group, help: help, documentation: documentation)
        interpret = { values in
            guard let value = values.last.flatMap(Value.init(plain:)) else {
                preconditionFailure("--\(name) was read without having been parsed")
            }
            return value
        }
    }
}
