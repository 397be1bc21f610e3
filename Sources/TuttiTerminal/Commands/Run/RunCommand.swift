import Tutti
import TuttiConfiguration
import TuttiCore
import TuttiEngine
import TuttiReadings
import TuttiStore
import TuttiTeams

/// `tutti run FILE`: runs a workflow file.
package enum RunCommand: CommandHandler {
    package static let command = Commands.run

    package static func run(_ arguments: Arguments, in context: CommandContext) async throws -> ExitCode {
        let configuration = try context.configuration(for: arguments)
        let home = configuration.home.value
        if let agent = try AgentChoice.find(arguments[Words.workflow], home: home) {
            return try await AgentStart(agent: agent, arguments: arguments, context: context).run()
        }
        try checkFlags(arguments)
        let file = try WorkflowFile(arguments[Words.workflow], home: home)
        let definition = try file.definition(critics: Roundtable().criticIDs)
        let given = try GivenInput.read(arguments[RunFlags.inputs], for: definition)
        let budget = try arguments[RunFlags.budget].map(BudgetLimits.read)
        if arguments[RunFlags.dryRun] { return try plan(definition, given, file, arguments, context) }
        let outputPath = try outputPath(arguments)
        let input = try start(definition, given, file)
        try checkVariables(of: definition, context)
        let models = try context.pricedModels(configuration)
        let known = KnownWorkflows.all(
            home: home, environment: context.environment, models: models,
            agents: try context.agents(configuration, models))
        let tutti = try await Tutti.open(home: home, workflows: known)
        do {
            for notice in tutti.notices { try context.tell("note: \(notice)") }
            let handle = try await begin(input, budget, tutti, known, arguments, context)
            let sitting = DefinitionSitting(
                tutti: tutti, handle: handle, definition: input.definition, outputPath: outputPath,
                mayWait: !arguments[Flags.noWait], options: ShowOptions(running: arguments), context: context)
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

    // MARK: Before the start

    /// What only agents take is no help to a workflow, and whoever gave it meant something else.
    private static func checkFlags(_ arguments: Arguments) throws(InputError) {
        let name = arguments[Words.workflow]
        if arguments[Words.task] != nil {
            throw InputError(
                "there is no agent '\(name)', and a workflow takes no task; 'tutti agents ls' lists what there is")
        }
        if arguments[RunFlags.folder] != nil || arguments[RunFlags.apply] || arguments[RunFlags.unsafeNoSandbox] {
            throw InputError("--folder, --apply and --unsafe-no-sandbox are for agents, and '\(name)' is none")
        }
    }

    private static func start(
        _ definition: WorkflowDefinition, _ given: JSONValue, _ file: WorkflowFile
    ) throws(InputError) -> DefinitionInput {
        do throws(StepError) {
            return try definition.start(with: given, in: file.folder, read: WorkflowFile.document)
        } catch {
            throw InputError("\(file.path): \(error.message)")
        }
    }

    private static func outputPath(_ arguments: Arguments) throws(InputError) -> String? {
        guard let path = arguments[RunFlags.output] else { return nil }
        if path == "-" {
            if arguments[Flags.json] {
                throw InputError("-o - and --json would mix on standard output; name a file for the output")
            }
            return path
        }
        try FileWriter.checkWritable(path, for: "-o")
        return path
    }

    /// A variable that is not set would end the run later, when much is done already.
    private static func checkVariables(of definition: WorkflowDefinition, _ context: CommandContext) throws(InputError)
    {
        for step in definition.steps {
            guard case .command(let action) = step.action else { continue }
            for name in action.environment where context.environment[name] == nil {
                throw InputError(
                    "the step '\(step.name)' needs the variable '\(name)', which is not set; export it, or take it out "
                        + "of 'environment'")
            }
        }
    }

    private static func plan(
        _ definition: WorkflowDefinition, _ given: JSONValue, _ file: WorkflowFile, _ arguments: Arguments,
        _ context: CommandContext
    ) throws -> ExitCode {
        if given != [:] || !definition.input.contains(where: \.isRequired) { _ = try start(definition, given, file) }
        let plan = DefinitionPlan(definition: definition)
        if arguments[Flags.json] {
            try context.show(json: plan.json)
        } else {
            try context.show(plan.lines, arguments)
        }
        return .reached
    }

    // MARK: The start

    /// Starts the run, or finds the one that has its key and goes on with it where nobody does.
    private static func begin(
        _ input: DefinitionInput, _ budget: Budget?, _ tutti: Tutti, _ known: [any Workflow], _ arguments: Arguments,
        _ context: CommandContext
    ) async throws -> RunHandle<JSONValue> {
        let workflow = known.lazy.compactMap { $0 as? DefinedWorkflow }.first ?? DefinedWorkflow()
        let handle = try await tutti.engine.start(
            workflow, input, idempotencyKey: arguments[RunFlags.id], budget: budget)
        let summary = try await tutti.engine.store.run(handle.id, tenant: RunReference.tenant)?.summary
        guard let summary, summary.isUnattended, !summary.status.isFinal, summary.status != .blocked else {
            return handle
        }
        try context.tell("\(handle.id) was interrupted under this id and goes on")
        if budget != nil {
            try context.tell(
                "note: it keeps the budget that it has; `tutti runs resume \(handle.id) --budget +AMOUNT` raises it")
        }
        return try await tutti.engine.resume(handle.id, as: JSONValue.self)
    }
}

extension ShowOptions {
    /// For a workflow file.
    fileprivate init(running arguments: Arguments) {
        self.init(isJSON: arguments[Flags.json], isColourDeclined: arguments[Flags.noColor])
        isVerbose = arguments[Flags.verbose]
    }
}
