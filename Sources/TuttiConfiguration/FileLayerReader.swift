import TuttiCore
import TuttiYAML

/// Walks the tree of a configuration file and keeps what its keys say.
struct FileLayerReader {
    let path: String
    let keys: [KeyDefinition]
    private(set) var values: [String: Sourced<PlainValue>] = [:]

    init(path: String, keys: [KeyDefinition]) {
        self.path = path
        self.keys = keys
    }

    /// Reads a level of the tree. A key that holds a dot is read as its levels.
    mutating func read(_ tree: YAMLValue, prefix: String) throws(ConfigurationError) {
        guard case .mapping(let entries) = tree.content else {
            let place = prefix.isEmpty ? "the file" : "'\(prefix)'"
            throw error(tree.mark, "\(place) holds no keys; write 'key: value' lines")
        }
        for entry in entries {
            let name = prefix.isEmpty ? entry.key : prefix + "." + entry.key
            if let key = keys.first(where: { $0.name == name }) {
                try take(entry, for: key)
            } else if keys.contains(where: { $0.name.hasPrefix(name + ".") }) {
                if entry.value.content != .scalar("") { try read(entry.value, prefix: name) }
            } else {
                throw unknown(name, at: entry.mark)
            }
        }
    }

    private mutating func take(_ entry: YAMLValue.Entry, for key: KeyDefinition) throws(ConfigurationError) {
        if let first = values[key.name] {
            throw error(entry.mark, "'\(key.name)' stands twice (once as \(first.value.text)); keep one")
        }
        let text = try text(of: entry.value, for: key)
        do throws(ValueProblem) {
            values[key.name] = Sourced(value: try key.kind.read(text), source: .file(path))
        } catch {
            throw self.error(entry.value.mark, "'\(key.name)' \(key.shown(text)) \(error.reason)")
        }
    }

    /// A scalar's text; a list of names as they stand in the environment.
    private func text(of value: YAMLValue, for key: KeyDefinition) throws(ConfigurationError) -> String {
        switch value.content {
        case .scalar(let text): return text
        case .sequence(let items) where key.kind == .list:
            var names: [String] = []
            for item in items {
                guard case .scalar(let name) = item.content, !name.contains(",") else {
                    throw error(item.mark, "'\(key.name)' holds something that is no name")
                }
                names.append(name)
            }
            return names.joined(separator: ",")
        case .sequence, .mapping:
            throw error(value.mark, "'\(key.name)' takes \(key.kind.expectation)")
        }
    }

    private func unknown(_ name: String, at mark: YAMLMark) -> ConfigurationError {
        let shown = String(name.prefix(60))
        let near = NearestName.find(name, among: keys.map(\.name))
        let hint = near.map { "did you mean '\($0)'?" } ?? "'tutti config' lists the keys"
        return error(mark, "there is no key '\(shown)'; \(hint)")
    }

    private func error(_ mark: YAMLMark, _ message: String) -> ConfigurationError {
        ConfigurationError(source: .file(path), mark: mark, message: message)
    }
}
