/// One line of the configuration reference, whatever the type of its value.
package struct KeyDefinition: Sendable, Hashable {
    /// Dotted, such as `roundtable.max_iterations`; in the file a dot is one level.
    package let name: String
    package let kind: ValueKind
    /// What holds when nobody says otherwise; `nil` when there is nothing to hold.
    package let fallback: PlainValue?
    /// What the value does, in a sentence.
    package let documentation: String
    /// A secret is never shown, only that it is set.
    package let isSecret: Bool
    /// The variable that sets it: unless it has a shorter one, `TUTTI_` and the name in capitals, dots as underscores.
    package let environmentName: String

    init(
        name: String, kind: ValueKind, fallback: PlainValue?, documentation: String, isSecret: Bool,
        environment: String? = nil
    ) {
        self.name = name
        self.kind = kind
        self.fallback = fallback
        self.documentation = documentation
        self.isSecret = isSecret
        environmentName = environment ?? Self.variable(of: name)
    }

    static func variable(of name: String) -> String { "TUTTI_" + name.uppercased().replacing(".", with: "_") }
}

/// A key and the Swift type of its value. A misspelt key does not compile.
package struct ConfigurationKey<Value: PlainValueConvertible>: Sendable {
    package let definition: KeyDefinition

    /// - Parameters:
    ///   - fallback: what holds when nobody says otherwise.
    ///   - environment: the variable that sets it, when it is not the one that its name makes.
    ///   - documentation: what the value does, in a sentence.
    package init(
        _ name: String, _ kind: ValueKind, fallback: Value?, secret: Bool = false, environment: String? = nil,
        _ documentation: String
    ) {
        definition = KeyDefinition(
            name: name, kind: kind, fallback: fallback?.plain, documentation: documentation, isSecret: secret,
            environment: environment)
    }
}
