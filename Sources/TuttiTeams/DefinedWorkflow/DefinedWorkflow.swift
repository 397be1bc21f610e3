public import TuttiCore
public import TuttiEngine

/// Carries out a definition: each step begins as soon as those that it needs have ended, side by side with others.
///
/// The first step that fails ends the run: what is still at work is cancelled, and nothing new begins. Each step has a
/// scope of its own, so its keys do not depend on the order in which steps end.
public struct DefinedWorkflow: Workflow {
    /// The name in the journal, whatever the definition is called.
    public static let name = "definition"

    private let roundtable: Roundtable
    private let commands: any CommandRunner

    /// A workflow that runs what definitions say.
    ///
    /// - Parameters:
    ///   - roundtable: what the roundtables of a definition are run by; its critics are those that they may name.
    ///   - commands: who runs the programs of commands. Unless it is said otherwise nobody does: a definition is data,
    ///     and whoever hands it over must not get programs started by that.
    public init(roundtable: Roundtable = Roundtable(), commands: any CommandRunner = RefusedCommands()) {
        self.roundtable = roundtable
        self.commands = commands
    }

    /// The name of the definition.
    public func title(of input: DefinitionInput) -> String? { input.definition.name }

    /// Runs all steps.
    ///
    /// - Returns: what ``WorkflowDefinition/output`` says.
    /// - Throws: `StepError` of the step that failed first: `command_failed`, `command_refused` and others of
    ///   ``CommandRunner``, `timeout`, `outcome_unknown`, `child_failed`, `wait_timeout`, `rejected`,
    ///   `approval_expired`, `reference_missing`.
    public func run(_ input: DefinitionInput, _ ctx: Context) async throws -> JSONValue {
        let definition = input.definition
        let graph = StepGraph(definition.steps)
        let outputs = StepOutputs()
        let wanted = definition.resultSteps
        let ended = try await ctx.all("steps", definition.steps, key: \.name) { step, ctx in
            let before = try await outputs.wait(for: graph.upstream(of: step.name))
            let values = TemplateValues(input: input.input, steps: before)
            let performance = StepPerformance(
                step: step, values: values, folder: input.folder, roundtable: roundtable, commands: commands)
            let output = try await performance.run(ctx)
            outputs.add(output, of: step.name)
            // What nobody asks for at the end need not be stored once more.
            return wanted.contains(step.name) ? output : .null
        }
        let results = zip(definition.steps, ended).filter { wanted.contains($0.0.name) }.map { ($0.0.name, $0.1) }
        return try definition.result(
            of: TemplateValues(input: input.input, steps: Dictionary(results, uniquingKeysWith: { $1 })))
    }
}

extension WorkflowDefinition {
    /// The steps whose outputs the result is made of.
    var resultSteps: Set<String> {
        guard let output else { return lastSteps }
        return Set(
            output.templates.flatMap(\.references).compactMap { reference in
                if case .step(let name) = reference.origin { name } else { nil }
            })
    }

    /// The steps that no other needs.
    private var lastSteps: Set<String> { Set(steps.map(\.name)).subtracting(steps.flatMap(\.needs)) }

    /// What a run results in.
    ///
    /// - Parameter values: the outputs of at least ``resultSteps``.
    func result(of values: TemplateValues) throws(StepError) -> JSONValue {
        guard let output else { return .object(values.steps.filter { lastSteps.contains($0.key) }) }
        do throws(StepError) {
            return try values.filling(output)
        } catch {
            throw StepError(code: error.code, message: "the output: \(error.message)", data: error.data, origin: "")
        }
    }
}

extension JSONValue {
    /// All texts in it that can be read as templates.
    fileprivate var templates: [Template] {
        switch self {
        case .null, .bool, .int, .double: []
        case .string(let text): (try? Template(text)).map { [$0] } ?? []
        case .array(let items): items.flatMap(\.templates)
        case .object(let members): members.values.flatMap(\.templates)
        }
    }
}
