import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiTeams

/// What may not be started over the API, since it would reach what is not the caller's: programs, and files of the
/// machine that serves.
enum WorkflowInputs {
    /// Bytes of a body that starts a run.
    static let bodySizeMax = 8 << 20

    /// - Throws: a ``Problem`` 422 that names the part.
    static func check(_ input: JSONValue, of workflow: String) throws {
        try CassetteRule.check(input, at: "/input")
        switch workflow {
        case DefinedWorkflow.name: try checkDefinition(input)
        case Roundtable.name: try checkRoundtable(input)
        case Agent.name: throw agentRefused
        default: break
        }
    }

    private static func checkDefinition(_ input: JSONValue) throws {
        guard case .array(let steps)? = input["definition"]?["steps"] else { return }
        for (index, step) in steps.enumerated() {
            let name = CleanText.line(step["name"]?.stringValue ?? "\(index + 1)", bytesMax: 100)
            let field = "/input/definition/steps/\(index)"
            if step["command"] != nil { throw commandRefused(name, field: field) }
            if step["roundtable"]?["source"]?["file"] != nil {
                throw Problem(
                    422, "files_refused",
                    "the step '\(name)' reads a file of the machine that serves; give the text instead",
                    errors: [.init(field: field, rule: "local", message: "no files are read for callers")])
            }
        }
    }

    /// Who could hand over a definition could give an agent any tool.
    private static let agentRefused = Problem(
        422, "agent_refused",
        "an agent is started by its name: POST /api/v1/agents/{agent}/runs; its definition is a file of the home")

    /// A step that would run a program: not before there is a sandbox that holds it.
    static func commandRefused(_ step: String, field: String) -> Problem {
        Problem(
            422, "command_refused",
            "the step '\(step)' runs a command, which is not done for callers of the API; start it with 'tutti run' on "
                + "the machine itself",
            errors: [.init(field: field, rule: "sandbox", message: "commands are run at the command line only")])
    }

    /// Members of a roundtable's input that name files of this machine.
    private static func checkRoundtable(_ input: JSONValue) throws {
        if let delivery = input["delivery"], case .object(let members) = delivery {
            let isEmpty = (members["document"] ?? .null) == .null && (members["reports"] ?? []) == []
            guard isEmpty else {
                throw Problem(
                    422, "files_refused",
                    "'delivery' writes files of the machine that serves; leave it empty, and get the run's report",
                    errors: [.init(field: "/input/delivery", rule: "local", message: "no files are written here")])
            }
        }
        guard (input["contextFolder"] ?? .null) == .null else {
            throw Problem(
                422, "files_refused", "'contextFolder' reads files of the machine that serves",
                errors: [.init(field: "/input/contextFolder", rule: "local", message: "no files are read for callers")])
        }
    }

    /// The input of a workflow that is sent as a file.
    ///
    /// - Throws: a ``Problem`` 422 that names the place in the file, the step, or the member of the input.
    static func read(_ text: String, _ given: JSONValue?) throws -> JSONValue {
        let definition: WorkflowDefinition
        do throws(DefinitionError) {
            definition = try WorkflowDefinition.read(text, file: "definition", critics: Roundtable().criticIDs)
        } catch {
            throw Problem.badField("/definition", "definition", error.message)
        }
        for (index, step) in definition.steps.enumerated() {
            guard case .command = step.action else { continue }
            throw commandRefused(step.name, field: "/definition/steps/\(index)")
        }
        let started: JSONValue
        do throws(StepError) {
            let input = try definition.start(with: given ?? [:], in: "") { path throws(StepError) in
                throw StepError(
                    code: "files_refused", message: "the document '\(path)' is a file; give its text as an input",
                    origin: "")
            }
            started = try encoded(input)
        } catch {
            throw Problem.badField("/input", error.code, error.message)
        }
        try CassetteRule.check(started, at: "/definition")
        return started
    }

    private static func encoded(_ input: DefinitionInput) throws(StepError) -> JSONValue {
        do {
            return try JSONValue(encoding: input)
        } catch {
            throw StepError(code: "not_encodable", message: "\(error)", origin: "")
        }
    }
}
