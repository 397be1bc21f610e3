import TuttiCore
import TuttiYAML

/// Walks the tree of a configuration file and keeps what its keys say.
struct FileLayerReader {
    let path: String
    let keys: [KeyDefinition]
    let families: [KeyFamily]
    private(set) var values: [String: Sourced<PlainValue>] = [:]

    init(path: String, keys: [KeyDefinition], families: [KeyFamily]) {
        self.path = path
        self.keys = keys
        self.families = families
    }

    /// Reads a level of the tree. A key that holds a dot is read as its levels.
    mutating func read(_ tree: YAMLValue, prefix: String) throws(ConfigurationError) {
        guard case .mapping(let entries) = tree.content else {
            let place = prefix.isEmpty ? "the file" : "'\(prefix)'"
            throw error(tree.mark, "\(place) holds no keys; write 'key: value' lines")
        }
        for entry in entries {
            let name = prefix.isEmpty ? entry.key : prefix + "." + entry.key
            if let key = keys.first(where: { $0.name == name }) ?? member(name) {
                try take(entry, for: key)
            } else if isLevel(name) {
                if entry.value.content != .scalar("") { try read(entry.value, prefix: name) }
            } else {
                throw unknown(name, at: entry.mark)
            }
        }
    }

    private func member(_ name: String) -> KeyDefinition? {
        families.lazy.compactMap { $0.key(named: name) }.first
    }

    private func isLevel(_ name: String) -> Bool {
        keys.contains { $0.name.hasPrefix(name + ".") } || families.contains { $0.canBegin(with: name) }
    }

    private mutating func take(_ entry: YAMLValue.Entry, for key: KeyDefinition) throws(ConfigurationError) {
        if let first = values[key.name] {
            let shown = key.isSecret ? "" : " (once as \(first.value.text))"
            throw error(entry.mark, "'\(key.name)' stands twice\(shown); keep one")
        }
        if member(key.name) != nil, values.keys.count(where: { member($0) != nil }) >= KeyFamily.membersMax {
            throw error(
                entry.mark, "'\(key.name)' is one too many; at most \(KeyFamily.membersMax) such keys may be set")
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
        let family = families.first { name.hasPrefix($0.levels) }?.pattern.name
        let rule = family.map {
            "keys there are such as '\($0)', where NAME has up to \(KeyFamily.memberLengthMax) of a-z, 0-9 and '_'"
        }
        let hint = rule ?? near.map { "did you mean '\($0)'?" } ?? "'tutti config' lists the keys"
        return error(mark, "there is no key '\(shown)'; \(hint)")
    }

    private func error(_ mark: YAMLMark, _ message: String) -> ConfigurationError {
        ConfigurationError(source: .file(path), mark: mark, message: message)
    }
}
