import FoundationEssentials
import TuttiCore
import TuttiTeams

/// The input of a workflow as it was typed: `--input NAME=VALUE` and `--input @FILE`.
enum GivenInput {
    /// - Throws: ``InputError`` for what is no such thing, given twice, or no JSON where that is needed. Whether it
    ///   fits is checked by the definition.
    static func read(_ typed: [String], for definition: WorkflowDefinition) throws(InputError) -> JSONValue {
        try read(typed) { name in definition.input.first { $0.name == name }?.kind }
    }

    private static func read(
        _ typed: [String], kind: (String) -> WorkflowDefinition.InputField.Kind?
    ) throws(InputError) -> JSONValue {
        var named: [String: JSONValue] = [:]
        var members: [String: JSONValue] = [:]
        for text in typed {
            if text.hasPrefix("@") {
                members.merge(try file(String(text.dropFirst()))) { $1 }
                continue
            }
            guard let sign = text.firstIndex(of: "="), sign > text.startIndex else {
                throw InputError("--input '\(text.prefix(60))' is neither NAME=VALUE nor @FILE")
            }
            let name = String(text[..<sign])
            guard named[name] == nil else { throw InputError("--input \(name) is given twice; give it once") }
            named[name] = try value(String(text[text.index(after: sign)...]), kind(name), name)
        }
        return .object(members.merging(named) { $1 })
    }

    /// What an agent is given besides its task, whatever the names.
    static func read(_ typed: [String]) throws(InputError) -> JSONValue {
        try read(typed) { _ in nil }
    }

    private static func value(
        _ text: String, _ kind: WorkflowDefinition.InputField.Kind?, _ name: String
    ) throws(InputError) -> JSONValue {
        if kind == .string { return .string(text) }
        if let value = try? CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8)) { return value }
        guard let kind, kind != .any else { return .string(text) }
        throw InputError(
            "--input \(name) takes \(kind.schema.expectation), written as JSON; '\(text.prefix(60))' is none")
    }

    private static func file(_ path: String) throws(InputError) -> [String: JSONValue] {
        let text = try DocumentReader.read(path)
        guard case .object(let members)? = try? CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8)) else {
            throw InputError("\(path) holds no JSON object; write the input as {\"NAME\": VALUE}")
        }
        return members
    }
}
