/// The effective configuration. It does not change after the start.
package struct Configuration: Sendable {
    /// One key as `tutti config` shows it.
    package struct Line: Sendable, Hashable {
        package let key: KeyDefinition
        /// For people; a secret only says whether it is set.
        package let text: String
        package let source: ConfigurationSource
    }

    package let home: Sourced<String>
    private let keys: [KeyDefinition]
    private let families: [KeyFamily]
    private let layers: [ConfigurationLayer]

    /// - Parameter layers: the first that has a value wins.
    package init(
        home: Sourced<String>, keys: [KeyDefinition] = ConfigurationKeys.all,
        families: [KeyFamily] = ConfigurationKeys.families, layers: [ConfigurationLayer]
    ) {
        self.home = home
        self.keys = keys
        self.families = families
        self.layers = layers
    }

    /// The value of a key that has a default.
    package subscript<Value>(_ key: ConfigurationKey<Value>) -> Value {
        guard let value = sourced(key.definition).flatMap({ Value(plain: $0.value) }) else {
            preconditionFailure("\(key.definition.name) has no default; read it by value(of:)")
        }
        return value
    }

    /// The value of a key, or `nil` when nobody set it and it has no default.
    package func value<Value>(of key: ConfigurationKey<Value>) -> Value? {
        sourced(key.definition).flatMap { Value(plain: $0.value) }
    }

    /// The values of a family by what was chosen in their names.
    package func values(of family: KeyFamily) -> [String: String] {
        var values: [String: String] = [:]
        for key in members(of: family) { values[family.member(of: key.name) ?? ""] = sourced(key)?.value.text }
        return values
    }

    /// Where the value of a key comes from.
    package func source<Value>(of key: ConfigurationKey<Value>) -> ConfigurationSource {
        sourced(key.definition)?.source ?? .fallback
    }

    /// Every key with its value and source, in the order of the reference; of a family those that are set, by name.
    package var lines: [Line] {
        let chosen = families.flatMap { family in
            let found = members(of: family)
            return found.isEmpty ? [family.pattern] : found
        }
        return (keys + chosen).map { key in
            let sourced = sourced(key)
            let text = sourced.map { key.isSecret ? "(secret, set)" : $0.value.text } ?? "(not set)"
            return Line(key: key, text: text, source: sourced?.source ?? .fallback)
        }
    }

    private func members(of family: KeyFamily) -> [KeyDefinition] {
        Set(layers.flatMap { $0.values.keys }).sorted().compactMap { family.key(named: $0) }
    }

    private func sourced(_ key: KeyDefinition) -> Sourced<PlainValue>? {
        for layer in layers {
            if let value = layer.values[key.name] { return value }
        }
        return key.fallback.map { Sourced(value: $0, source: .fallback) }
    }
}

/// Printing a configuration by mistake shows no secret.
extension Configuration: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String {
        (["home = \(home.value)"] + lines.map { "\($0.key.name) = \($0.text)" }).joined(separator: "\n")
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["lines": lines.map(\.text)]) }
}
