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

    /// `TUTTI_` and the name in capitals, dots as underscores.
    package var environmentName: String {
        "TUTTI_" + name.uppercased().replacing(".", with: "_")
    }
}

/// A key and the Swift type of its value. A misspelt key does not compile.
package struct ConfigurationKey<Value: PlainValueConvertible>: Sendable {
    package let definition: KeyDefinition

    /// - Parameters:
    ///   - fallback: what holds when nobody says otherwise.
    ///   - documentation: what the value does, in a sentence.
    package init(
        _ name: String, _ kind: ValueKind, fallback: Value?, secret: Bool = false, _ documentation: String
    ) {
        definition = KeyDefinition(
            name: name, kind: kind, fallback: fallback?.plain, documentation: documentation, isSecret: secret)
    }
}
