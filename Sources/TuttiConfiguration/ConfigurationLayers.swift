import TuttiYAML

/// One layer of the configuration: the values that one source gives, by key.
package struct ConfigurationLayer: Sendable {
    package let values: [String: Sourced<PlainValue>]

    /// What flags say, already read by the command line.
    package static func flags(_ settings: [String: PlainValue], spelling: (String) -> String) -> ConfigurationLayer {
        ConfigurationLayer(
            values: Dictionary(
                uniqueKeysWithValues: settings.map { key, value in
                    (key, Sourced(value: value, source: .flag(spelling(key))))
                }))
    }

    /// What variables say. Others that begin with `TUTTI_` are left alone: they may belong to other programs.
    ///
    /// - Throws: ``ConfigurationError`` for a value that does not fit; an empty variable counts as unset.
    package static func environment(
        _ environment: [String: String], keys: [KeyDefinition], families: [KeyFamily] = ConfigurationKeys.families
    ) throws(ConfigurationError) -> ConfigurationLayer {
        var values: [String: Sourced<PlainValue>] = [:]
        let members = environment.keys.sorted().flatMap { name in families.compactMap { $0.key(setBy: name) } }
        for key in keys + members.prefix(KeyFamily.membersMax) {
            guard let text = environment[key.environmentName], !text.isEmpty else { continue }
            let source = ConfigurationSource.environment(key.environmentName)
            do throws(ValueProblem) {
                values[key.name] = Sourced(value: try key.kind.read(text), source: source)
            } catch {
                let shown = key.shown(text)
                throw ConfigurationError(
                    source: source, mark: nil, message: "\(key.environmentName) \(shown) \(error.reason)")
            }
        }
        return ConfigurationLayer(values: values)
    }

    /// What a file says.
    ///
    /// - Parameters:
    ///   - text: of the file; the file is read by the caller.
    ///   - path: of the file, for messages.
    /// - Throws: ``ConfigurationError`` with line and column, for keys that nobody knows too.
    package static func file(
        _ text: String, path: String, keys: [KeyDefinition], families: [KeyFamily] = ConfigurationKeys.families
    ) throws(ConfigurationError) -> ConfigurationLayer {
        let tree: YAMLValue?
        do throws(YAMLError) {
            tree = try YAMLDocument.read(text)
        } catch {
            throw ConfigurationError(source: .file(path), mark: error.mark, message: error.message)
        }
        var reader = FileLayerReader(path: path, keys: keys, families: families)
        if let tree { try reader.read(tree, prefix: "") }
        return ConfigurationLayer(values: reader.values)
    }
}

/// Printing a layer by mistake shows which keys it has, not their values: some may be secret.
extension ConfigurationLayer: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { values.keys.sorted().joined(separator: ", ") }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["keys": values.keys.sorted()]) }
}

extension KeyDefinition {
    /// What somebody wrote, fit for a message: a secret never is.
    func shown(_ text: String) -> String { isSecret ? "(secret)" : "'\(text.prefix(60))'" }
}
