import FoundationEssentials
import TuttiCore
import TuttiDocuments
import TuttiEngine

/// One step of a definition, with all that came before it.
struct StepPerformance: Sendable {
    let step: StepDefinition
    let values: TemplateValues
    let folder: String
    let roundtable: Roundtable
    let commands: any CommandRunner

    /// Does it in the scope of the step, and gives its output.
    func run(_ ctx: Context) async throws -> JSONValue {
        switch step.action {
        case .roundtable(let action): try await review(action, ctx)
        case .command(let action): try await command(action, ctx)
        case .wait(let action): try await wait(action, ctx)
        case .approval(let action): try await ask(action, ctx)
        }
    }

    /// Replaces references; what is missing is told with the step that asked for it.
    private func filling<Value>(
        _ ctx: Context, _ body: (TemplateValues) throws(StepError) -> Value
    ) throws(StepError) -> Value {
        do throws(StepError) {
            return try body(values)
        } catch {
            throw StepError(
                code: error.code, message: "the step '\(step.name)': \(error.message)", data: error.data,
                origin: ctx.place)
        }
    }

    // MARK: A command

    private func command(_ action: CommandAction, _ ctx: Context) async throws -> JSONValue {
        let arguments = try filling(ctx) { values throws(StepError) in
            var texts: [String] = []
            for argument in action.arguments { texts.append(try values.text(of: argument)) }
            return texts
        }
        let call = CommandCall(
            program: action.program, arguments: arguments, environment: action.environment, folder: folder,
            input: ["input": values.input, "steps": .object(values.steps)], timeout: action.timeout)
        let options =
            action.isAtMostOnce ? StepOptions.atMostOnce : StepOptions(retry: action.retry, delivery: .atLeastOnce)
        return try await ctx.step("command", call, options) { [commands] call in try await commands.run(call) }
    }

    // MARK: A roundtable

    private func review(_ action: RoundtableAction, _ ctx: Context) async throws -> JSONValue {
        let input = try filling(ctx) { values throws(StepError) in
            guard case .text(let document) = action.source else {
                throw StepError(
                    code: "bad_input", message: "its file was not read at the start; make the input by 'start'",
                    origin: "")
            }
            var input = RoundtableInput(
                document: try values.text(of: document), title: try action.title.map(values.text), kind: action.kind)
            input.critics = action.critics ?? roundtable.criticIDs
            input.maxIterations = action.maxIterations ?? input.maxIterations
            input.threshold = action.thresholdPercent.map { Double($0) / 100 } ?? input.threshold
            input.bar = action.bar ?? input.bar
            try input.check()
            return input
        }
        return try RoundtableOutput(try await ctx.child(roundtable, input)).json()
    }

    // MARK: A wait and an approval

    private func wait(_ action: WaitAction, _ ctx: Context) async throws -> JSONValue {
        switch action {
        case .time(let time):
            try await ctx.sleep(for: time.duration)
            return .null
        case .signal(let name, let timeout):
            return try await ctx.signal(name, as: JSONValue.self, within: timeout?.duration)
        }
    }

    /// The approval has the name of its step, which is what people answer to.
    private func ask(_ action: ApprovalAction, _ ctx: Context) async throws -> JSONValue {
        let shown = try filling(ctx) { values throws(StepError) in try values.value(of: action.show) }
        let (value, answer) = try await ctx.agreement(step.name, showing: shown, within: action.expires?.duration)
        return [
            "approved": true, "value": value, "by": .string(answer.by), "at": .string("\(answer.at)"),
            "reason": answer.reason.map { .string($0) } ?? .null,
        ]
    }
}

/// What a roundtable step puts out: the part of the report that others can work with, under the report's names.
private struct RoundtableOutput: Encodable {
    var outcome: RoundtableOutcome
    var reason: String
    var goalReached: Bool
    var rounds: Int
    var open: FindingCounts
    var findings: [Finding]
    var document: String

    init(_ result: RoundtableResult) {
        outcome = result.outcome
        reason = result.reason
        goalReached = result.isGoalReached
        rounds = result.rounds.count
        findings = result.open.map(\.finding)
        self.open = FindingCounts(findings)
        document = result.document
    }

    func json() throws -> JSONValue {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try CanonicalJSON.decode(JSONValue.self, from: try encoder.encode(self))
    }
}
