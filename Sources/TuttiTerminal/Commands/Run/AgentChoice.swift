import Glibc
import TuttiAgents
import TuttiConfiguration
import TuttiYAML

/// The agent that a command line names, if it names one and no workflow.
enum AgentChoice {
    /// - Returns: `nil` for a workflow, or for what is neither.
    /// - Throws: ``InputError`` for an agent whose file cannot be used.
    static func find(_ typed: String, home: String) throws(InputError) -> AgentDefinition? {
        let folder = AgentFolder(home: home)
        let isPath = typed.contains("/") || [".yaml", ".yml"].contains { typed.hasSuffix($0) }
        do {
            if isPath {
                guard isAgent(typed) else { return nil }
                return try AgentFolder.agent(at: typed)
            }
            guard AgentDefinition.isName(typed), try folder.names().contains(typed), !isWorkflow(typed, home: home)
            else { return nil }
            return try folder.agent(named: typed)
        } catch {
            throw InputError("\(error)")
        }
    }

    /// Whether a file says what only agents say; one that cannot be read is told of by whoever takes it for a workflow.
    private static func isAgent(_ path: String) -> Bool {
        guard let text = try? DocumentReader.read(path), let tree = try? YAMLDocument.read(text),
            case .mapping(let entries) = tree.content
        else { return false }
        let keys = Set(entries.map(\.key))
        return keys.contains("instructions") && !keys.contains("steps")
    }

    private static func isWorkflow(_ name: String, home: String) -> Bool {
        [".yaml", ".yml"].contains { unsafe access("\(home)/workflows/\(name)\($0)", F_OK) == 0 }
    }
}
