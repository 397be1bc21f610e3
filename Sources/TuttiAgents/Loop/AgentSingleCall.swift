import FoundationEssentials
import TuttiCore
import TuttiEngine
import TuttiTools

/// One call of a tool, from the question whether it may be made to what came of it.
struct AgentSingleCall: Sendable {
    let work: AgentWork
    let item: AgentOffer.Item
    let arguments: JSONValue
    /// What an approval of it is called; no other in the run has this name.
    let name: String
    /// The version of the files that it finds.
    let files: String?
    /// Whether somebody has permitted the tool for the whole run.
    let isPermitted: Bool

    /// What a person is shown before a call is made, and may change.
    struct Wish: Codable, Sendable {
        var agent: String
        var tool: String
        var arguments: JSONValue
    }

    /// What came of the step.
    private struct Done: Codable, Sendable {
        var output: ToolOutput
        var files: String?
    }

    private var tool: ToolDescription { item.description }

    func carryOut(_ ctx: Context) async throws -> AgentCall {
        if tool.name == PersonTool.description.name { return try await askPerson(ctx) }
        var (arguments, decidedBy): (JSONValue, String?) = (self.arguments, nil)
        if item.permission == .ask || item.permission == .once && !isPermitted {
            let wish = Wish(agent: work.input.agent.name, tool: tool.name, arguments: arguments)
            switch try await ctx.decision(name, showing: wish) {
            case .approved(let granted, let answer):
                decidedBy = answer.by
                switch AgentCalls.check(granted.arguments, for: tool) {
                case .success(let checked): arguments = checked
                case .failure(let mistake):
                    return call(.refused, .failure("\(answer.by) has changed the call, and now \(mistake.message)"))
                }
            case .rejected(let answer):
                let reason = answer.reason.map { ": \($0)" } ?? ""
                return call(.refused, .failure("\(answer.by) has refused this call\(reason)"), by: answer.by)
            case .expired: return call(.refused, .failure("nobody has permitted this call in time"))
            }
        }
        if tool.name == HelperTool.name { return try await handOver(arguments, ctx) }
        return try await perform(arguments, decidedBy: decidedBy, ctx)
    }

    private func call(
        _ verdict: AgentCall.Verdict, _ output: ToolOutput, by person: String? = nil, files: String? = nil
    ) -> AgentCall {
        AgentCall(
            id: "", tool: tool.name, verdict: verdict, output: output, decidedBy: person, files: files, spending: nil)
    }

    // MARK: A tool

    private func perform(_ arguments: JSONValue, decidedBy: String?, _ ctx: Context) async throws -> AgentCall {
        guard let implementation = item.tool else { preconditionFailure("the loop does '\(tool.name)' itself") }
        let isOnce = tool.repetition == .atMostOnce
        let options = StepOptions(
            retry: isOnce ? .never : .standard, timeout: tool.timeout, delivery: isOnce ? .atMostOnce : .atLeastOnce)
        let call = Call(tool: tool.name, arguments: arguments, files: tool.access == .none ? nil : files)
        do {
            let run = ctx.runID
            let done = try await ctx.step(tool.name, call, options) { call in
                try await self.carryOut(call, with: implementation, run: run)
            }
            let verdict: AgentCall.Verdict = done.output.isError ? .failed : .done
            return self.call(verdict, done.output, by: decidedBy, files: done.files)
        } catch let error as StepError where error.code == "outcome_unknown" {
            return try await askWhatHappened(decidedBy, ctx)
        } catch let error as StepError {
            return self.call(.failed, .failure("\(error.message) (\(error.code))"), by: decidedBy)
        }
    }

    /// All that a step's fingerprint holds of a call.
    private struct Call: Codable, Sendable {
        var tool: String
        var arguments: JSONValue
        var files: String?
    }

    /// What those hear of a call who look on; the journal has all of it.
    private struct CallNews: Encodable {
        var tool: String
        var arguments: String
        var isError: Bool
        var text: String

        init(_ call: Call, _ output: ToolOutput) {
            tool = call.tool
            let bytes = (try? CanonicalJSON.encode(call.arguments)) ?? Data()
            arguments = CleanText.line(String(decoding: bytes, as: UTF8.self), bytesMax: Self.shownMax)
            isError = output.isError
            text = CleanText.paragraphs(output.text, bytesMax: Self.shownMax)
        }

        private static let shownMax = 1_000

        private enum CodingKeys: String, CodingKey {
            case tool, arguments, text
            case isError = "is_error"
        }
    }

    /// The step itself.
    private func carryOut(_ call: Call, with implementation: any Tool, run: RunID) async throws -> Done {
        let token = StepContext.current?.idempotencyToken ?? ""
        guard tool.access != .none, let workspaces = work.agent.workspaces else {
            let place = place(of: run, token, files: nil)
            let output = try await implementation.call(call.arguments, place)
            try StepContext.current?.emit("tool.called", CallNews(call, output))
            return Done(output: output, files: nil)
        }
        let mayChange = tool.access == .writes
        let folder = try await workspaces.folder(of: run, holding: call.files, mayChange: mayChange)
        let place = place(of: run, token, files: folder.files)
        let output = try await implementation.call(call.arguments, place)
        try StepContext.current?.emit("tool.called", CallNews(call, output))
        return Done(output: output, files: mayChange ? try await workspaces.record(run) : nil)
    }

    private func place(of run: RunID, _ token: String, files: WorkspaceFiles?) -> ToolCall {
        let step = StepContext.current
        return ToolCall(
            run: run.text, agent: work.input.agent.name, idempotencyToken: token, files: files,
            sandbox: work.agent.sandbox, egress: work.input.agent.network ? work.agent.egress : nil
        ) { news in
            // More than a step may tell of is in nobody's way; the proxy has decided all the same.
            try? step?.emit(news.type, news)
        }
    }

    /// The process has died while something was done that must not be done twice: a person says how it ended.
    private func askWhatHappened(_ decidedBy: String?, _ ctx: Context) async throws -> AgentCall {
        let wish = Wish(agent: work.input.agent.name, tool: tool.name, arguments: arguments)
        switch try await ctx.decision("\(name)-outcome", showing: wish) {
        case .approved(_, let answer):
            let told = answer.reason ?? "it was carried out"
            return call(.done, ToolOutput("\(answer.by) says: \(told)"), by: answer.by)
        case .rejected(let answer):
            let told = answer.reason ?? "it was not carried out"
            return call(.failed, .failure("\(answer.by) says: \(told)"), by: answer.by)
        case .expired: return call(.failed, .failure("nobody knows whether this was carried out"), by: decidedBy)
        }
    }

    // MARK: People and other agents

    private func askPerson(_ ctx: Context) async throws -> AgentCall {
        var choices: [String]?
        if case .array(let items)? = arguments["choices"] { choices = items.compactMap(\.stringValue) }
        let question = PersonTool.Question(
            agent: work.input.agent.name, question: arguments["question"]?.stringValue ?? "", choices: choices)
        switch try await ctx.decision(name, showing: question) {
        case .approved(let answered, let answer):
            let text = answered.answer ?? answer.reason ?? "yes"
            return call(.done, ToolOutput(text), by: answer.by)
        case .rejected(let answer):
            return call(.refused, .failure(answer.reason ?? "\(answer.by) gives no answer"), by: answer.by)
        case .expired: return call(.failed, .failure("nobody has answered in time"))
        }
    }

    private func handOver(_ arguments: JSONValue, _ ctx: Context) async throws -> AgentCall {
        let wanted = arguments["agent"]?.stringValue
        guard let helper = work.input.helpers?.first(where: { $0.name == wanted }) else {
            return call(.wrong, .failure("there is no such agent"))
        }
        var input = work.input
        input.agent = helper
        input.task = arguments["task"]?.stringValue ?? ""
        input.model = helper.model ?? work.input.model
        (input.context, input.history) = (nil, nil)
        input.files = files
        input.depth = (work.input.depth ?? 0) + 1
        do {
            let result = try await ctx.child(work.agent, input, helper.name)
            let text = result.end == .completed ? result.answer : "(it did not come to its end) \(result.answer)"
            var made = call(result.end == .completed ? .done : .failed, ToolOutput(text), files: result.files)
            made.spending = result.spending
            return made
        } catch let error as StepError {
            return call(.failed, .failure("the agent has failed: \(error.message) (\(error.code))"))
        }
    }
}
