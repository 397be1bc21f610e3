import TuttiCore

/// Members of arguments that have been held against the schema of their tool.
struct ToolArguments {
    private let members: JSONValue

    init(_ members: JSONValue) { self.members = members }

    /// A text that has to be there; empty when it is not, which the schema has refused before.
    func text(_ name: String) -> String { members[name]?.stringValue ?? "" }

    func optionalText(_ name: String) -> String? { members[name]?.stringValue }

    func number(_ name: String) -> Int? {
        switch members[name] {
        case .int(let number): Int(number)
        case .double(let number): Int(exactly: number)
        default: nil
        }
    }

    func toggle(_ name: String) -> Bool? { if case .bool(let value)? = members[name] { value } else { nil } }

    func texts(_ name: String) -> [String]? {
        if case .array(let items)? = members[name] { items.compactMap(\.stringValue) } else { nil }
    }
}
