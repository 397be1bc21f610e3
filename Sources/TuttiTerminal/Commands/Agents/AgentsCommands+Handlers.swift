import Tutti
import TuttiAgents
import TuttiConfiguration
import TuttiCore
import TuttiReadings

/// `tutti agents ls`
package enum AgentsListCommand: CommandHandler {
    package static let command = AgentsCommands.list

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let folder = AgentFolder(home: try context.configuration(for: arguments).home.value)
        let names = try folder.names()
        let agents = names.map { name in (name, Result { try folder.agent(named: name) }) }
        if arguments[Flags.json] {
            try context.show(json: ["agents": .array(agents.map(json))])
            return .reached
        }
        guard !agents.isEmpty else {
            try context.hint([StyledLine("There are no agents yet; write one as \(folder.path)/NAME.yaml")], arguments)
            return .reached
        }
        var table = TextTable([.init("AGENT"), .init("MODEL"), .init("TOOLS", isFlexible: true)])
        for (name, agent) in agents {
            switch agent {
            case .success(let agent):
                let tools = agent.tools.map(\.name).joined(separator: ", ")
                table.add([StyledLine(name), StyledLine(agent.model ?? "", .muted), StyledLine(tools, .muted)])
            case .failure: table.add([StyledLine(name), StyledLine("cannot be used", .bad), StyledLine("")])
            }
        }
        try context.show(table, arguments)
        return .reached
    }

    private static func json(_ name: String, _ agent: Result<AgentDefinition, any Error>) -> JSONValue {
        switch agent {
        case .success(let agent):
            [
                "name": .string(name), "role": .text(agent.role), "model": .text(agent.model),
                "tools": .array(agent.tools.map { .string($0.name) }),
            ]
        case .failure(let error): ["name": .string(name), "problem": .string("\(error)")]
        }
    }
}

/// `tutti agents show NAME`
package enum AgentsShowCommand: CommandHandler {
    package static let command = AgentsCommands.show

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let home = configuration.home.value
        let agent = try KnownAgent.named(arguments[Words.agent], home: home)
        let agents = try context.agents(configuration)
        let model = agent.model ?? configuration.value(of: ConfigurationKeys.modelsDefault)
        let sheet = AgentSheet(agent, tools: agents.workflow.tools, model: model)
        if arguments[Flags.json] {
            try context.show(json: sheet.json)
        } else {
            try context.show(sheet.lines, arguments)
        }
        return .reached
    }
}

/// `tutti agents check [FILE]`
package enum AgentsCheckCommand: CommandHandler {
    package static let command = AgentsCommands.check

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let home = configuration.home.value
        let agents = try context.agents(configuration)
        let names = try arguments[AgentWords.file].map { [$0] } ?? agents.folder.names()
        var problems: [(name: String, message: String)] = []
        for name in names {
            do {
                try check(try KnownAgent.named(name, home: home), agents)
            } catch {
                problems.append((name, "\(error)"))
            }
        }
        if arguments[Flags.json] {
            let told = problems.map { ["agent": .string($0.name), "message": .string($0.message)] as JSONValue }
            try context.show(json: ["checked": .number(names.count), "problems": .array(told)])
        } else {
            let bad = problems.flatMap { $0.message.split(separator: "\n").map { StyledLine(String($0), .bad) } }
            let count = CountText.text(names.count, "agent")
            let end = problems.isEmpty ? "\(count), nothing wrong" : "\(problems.count) of \(count) cannot be used"
            try context.show(bad + [StyledLine(end, problems.isEmpty ? .good : .bad)], arguments)
        }
        return problems.isEmpty ? .reached : .failed
    }

    /// A model is not asked for: whoever starts the agent may name one.
    private static func check(_ agent: AgentDefinition, _ agents: HomeAgents) throws {
        let input = try agents.folder.input(agent, task: "check", model: agent.model ?? "offline/none")
        _ = try AgentOffer(input, tools: agents.workflow.tools)
    }
}

/// An agent as a command line names it.
enum KnownAgent {
    /// - Throws: ``InputError`` with all that is wrong.
    static func named(_ typed: String, home: String) throws(InputError) -> AgentDefinition {
        do {
            let isPath = typed.contains("/") || [".yaml", ".yml"].contains { typed.hasSuffix($0) }
            return isPath ? try AgentFolder.agent(at: typed) : try AgentFolder(home: home).agent(named: typed)
        } catch {
            throw InputError("\(error)")
        }
    }
}
