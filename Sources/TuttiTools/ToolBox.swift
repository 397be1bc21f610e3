/// The tools that agents may be given, by their names, and what somebody is asked before they are called.
public struct ToolBox: Sendable {
    private let tools: [String: any Tool]
    private let permissions: [String: ToolPermission]

    /// Tools; of two with one name the later counts.
    ///
    /// - Parameter permissions: what holds for all agents, by the names of tools; an agent can only be stricter.
    public init(_ tools: [any Tool] = [], permissions: [String: ToolPermission] = [:]) {
        self.tools = Dictionary(tools.map { ($0.description.name, $0) }, uniquingKeysWith: { $1 })
        self.permissions = permissions
    }

    /// The names in the order of the alphabet.
    public var names: [String] { tools.keys.sorted() }

    /// The tool of a name; `nil` when there is none.
    public subscript(name: String) -> (any Tool)? { tools[name] }

    /// Whether a tool may be called without asking.
    ///
    /// - Parameter asked: what an agent says; `nil` for what the tool says itself.
    public func permission(for tool: ToolDescription, asked: ToolPermission?) -> ToolPermission {
        let own = asked ?? tool.permission
        return permissions[tool.name].map { ToolPermission.stricter($0, own) } ?? own
    }
}

extension ToolBox {
    /// The tools that work on files and run programs.
    public static let files: [any Tool] = [
        ReadFileTool(), WriteFileTool(), EditFileTool(), ListFilesTool(), SearchFilesTool(), RunCommandTool(),
        GitTool(), FetchTool(),
    ]
}
