import FoundationEssentials
import Tutti
import TuttiAgents
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiWorkspaces

/// `tutti run AGENT TASK`: from the command line to the end of the run.
struct AgentStart {
    let agent: AgentDefinition
    let arguments: Arguments
    let context: CommandContext

    /// What of a folder no agent is given.
    static let ignored = [".git", ".build", "node_modules", ".venv", "__pycache__"]

    func run() async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let home = configuration.home.value
        let budget = try arguments[RunFlags.budget].map(BudgetLimits.read)
        let models = try context.pricedModels(configuration)
        let agents = try context.agents(configuration, models, isUnsafe: arguments[RunFlags.unsafeNoSandbox])
        var input = try self.input(configuration, agents)
        let ending = try ending()
        if arguments[RunFlags.dryRun] { return try plan(input, agents) }
        let known = KnownWorkflows.all(home: home, environment: context.environment, models: models, agents: agents)
        let tutti = try await Tutti.open(home: home, workflows: known)
        do {
            for notice in tutti.notices { try context.tell("note: \(notice)") }
            if let folder = ending.folder {
                input.files = try await agents.workspaces.store.snapshot(ofFolder: folder, ignoring: Self.ignored).id
                    .description
            }
            let handle = try await tutti.engine.start(
                agents.workflow, input, idempotencyKey: arguments[RunFlags.id], budget: budget)
            var sitting = RunSitting(
                run: handle.id, tutti: tutti, arguments: arguments, context: context,
                mayWait: !arguments[Flags.noWait])
            sitting.agentEnding = ending
            let code = try await sitting.follow()
            await tutti.close()
            return code
        } catch let error as RunError {
            await tutti.close()
            throw CommandFailure(error.message)
        } catch {
            await tutti.close()
            throw error
        }
    }

    // MARK: The task

    private func input(_ configuration: Configuration, _ agents: HomeAgents) throws -> AgentInput {
        let typed = arguments[Words.task]
        guard let typed else {
            throw InputError("'\(agent.name)' is an agent and needs a task: tutti run \(agent.name) 'WHAT TO DO'")
        }
        let task =
            typed == "-" || typed.hasPrefix("@")
            ? try DocumentReader.read(typed == "-" ? "-" : String(typed.dropFirst()))
            : typed
        let model = agent.model ?? configuration.value(of: ConfigurationKeys.modelsDefault)
        do {
            var input = try agents.folder.input(agent, task: task, model: model)
            if !arguments[RunFlags.inputs].isEmpty { input.context = try GivenInput.read(arguments[RunFlags.inputs]) }
            try input.check()
            _ = try AgentOffer(input, tools: agents.workflow.tools)
            return input
        } catch let error as any CodedError {
            throw InputError(error.message)
        }
    }

    private func ending() throws(InputError) -> AgentEnding {
        var ending = AgentEnding(
            outputPath: arguments[RunFlags.output], folder: nil, isApplied: arguments[RunFlags.apply])
        if let path = ending.outputPath, path != "-" { try FileWriter.checkWritable(path, for: "-o") }
        guard let folder = arguments[RunFlags.folder] else {
            if ending.isApplied { throw InputError("--apply puts changes back into --folder; name the folder, too") }
            return ending
        }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw InputError("--folder \(folder): there is no such folder; make it, or check the path")
        }
        ending.folder = URL(filePath: folder).standardizedFileURL.path
        return ending
    }

    private func plan(_ input: AgentInput, _ agents: HomeAgents) throws -> ExitCode {
        let sheet = AgentSheet(agent, tools: agents.workflow.tools, model: input.model)
        if arguments[Flags.json] {
            try context.show(json: sheet.json)
        } else {
            try context.show(sheet.lines, arguments)
        }
        return .reached
    }
}

/// What becomes of a run of an agent that has come to its end.
struct AgentEnding: Sendable {
    /// Where the answer goes; `-` for standard output, `nil` for the screen.
    var outputPath: String?
    /// The folder that its files have come from.
    var folder: String?
    /// Whether its changes go back there.
    var isApplied: Bool
}
