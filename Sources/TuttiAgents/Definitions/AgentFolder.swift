import FoundationEssentials
import TuttiCore
import TuttiYAML

/// The agents that somebody has put into a folder, a file each: `HOME/agents/NAME.yaml`.
///
/// A file is read when it is asked for: what is changed holds for the next run, and a mistake in one spoils no other.
public struct AgentFolder: Sendable, Hashable {
    /// The most files.
    public static let filesMax = 2_000

    /// Where they are.
    public let path: String

    /// The agents of a home.
    public init(home: String) { path = home.hasSuffix("/") ? home + "agents" : home + "/agents" }

    /// The agents of any folder.
    public init(path: String) { self.path = path }

    /// The names of all files in the order of the alphabet, whether they can be read or not; none without the folder.
    ///
    /// - Throws: ``AgentError`` `unreadable_agent`.
    public func names() throws(AgentError) -> [String] {
        guard FileManager.default.fileExists(atPath: path) else { return [] }
        guard let entries = try? FileManager.default.contentsOfDirectory(atPath: path) else {
            throw .unreadable(
                path: path, reason: "cannot be read as a folder; check what it is and who may read it")
        }
        let names = entries.compactMap { entry in
            WrittenFile.endings.first { entry.hasSuffix($0) }.map { String(entry.dropLast($0.count)) }
        }
        guard names.count <= Self.filesMax else {
            throw .unreadable(path: path, reason: "has \(names.count) agents, the limit is \(Self.filesMax)")
        }
        return Set(names.filter(AgentDefinition.isName)).sorted()
    }

    /// The agent of a name.
    ///
    /// - Throws: ``AgentError`` `unknown_agent` or `unreadable_agent`; ``AgentFileError`` with all that is wrong with
    ///   its file.
    public func agent(named name: String) throws -> AgentDefinition {
        guard AgentDefinition.isName(name), let file = file(of: name) else {
            throw AgentError.unknown(name, known: (try? names()) ?? [])
        }
        let agent = try Self.agent(at: file)
        guard agent.name == name else {
            throw AgentError.unreadable(
                path: file, reason: "names the agent '\(agent.name)'; let the file and the agent have one name")
        }
        return agent
    }

    /// The agent of a file.
    ///
    /// - Throws: ``AgentError`` `unreadable_agent`; ``AgentFileError`` with all that is wrong with it.
    public static func agent(at path: String) throws -> AgentDefinition {
        try AgentDefinition.read(text(at: path), file: path)
    }

    /// A task for an agent, with the definitions of all that it may hand work to.
    ///
    /// - Throws: as ``agent(named:)``; ``AgentError`` `agent_without_model`.
    public func input(_ agent: AgentDefinition, task: String, model: String? = nil) throws -> AgentInput {
        var input = try AgentInput(agent: agent, task: task, model: model)
        input.helpers = try helpers(of: agent)
        return input
    }

    private func helpers(of agent: AgentDefinition) throws -> [AgentDefinition]? {
        var (known, wanted): ([String: AgentDefinition], [String]) = ([:], agent.helpers)
        while let name = wanted.popLast() {
            guard known[name] == nil else { continue }
            let helper = name == agent.name ? agent : try self.agent(named: name)
            known[name] = helper
            wanted += helper.helpers
        }
        return known.isEmpty ? nil : known.values.sorted { $0.name < $1.name }
    }

    private func file(of name: String) -> String? {
        WrittenFile.endings.map { "\(path)/\(name)\($0)" }.first { FileManager.default.fileExists(atPath: $0) }
    }

    private static func text(at path: String) throws(AgentError) -> String {
        do throws(WrittenFile.Unreadable) {
            return try WrittenFile.text(at: path)
        } catch {
            throw .unreadable(path: path, reason: error.reason)
        }
    }
}
