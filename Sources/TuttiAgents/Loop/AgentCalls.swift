import FoundationEssentials
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiTools

/// Carries out what one answer of the model asks for.
///
/// Calls that may change files are carried out one after the other, in their order; those between them that change
/// nothing run side by side. So each version of the files follows from exactly one call, and a call that was cut off
/// finds them as they were.
struct AgentCalls: Sendable {
    let work: AgentWork
    let progress: AgentWork.Progress
    /// Counted from 1.
    let turn: Int

    func carryOut(_ wanted: [ModelToolCall], _ ctx: Context) async throws -> [AgentCall] {
        var done: [AgentCall] = []
        var files = progress.files
        var rest = ArraySlice(Array(wanted.enumerated()))
        while let first = rest.first {
            var group = [first]
            rest.removeFirst()
            if !mayWrite(first.element) {
                while let next = rest.first, !mayWrite(next.element) {
                    group.append(next)
                    rest.removeFirst()
                }
            }
            let before = files
            let calls = try await ctx.all("calls", group, key: { "\($0.offset)" }) { item, ctx in
                try await self.carryOut(item.element, at: item.offset, files: before, ctx)
            }
            files = calls.last { $0.files != nil }?.files ?? files
            done += calls
        }
        return done
    }

    private func mayWrite(_ call: ModelToolCall) -> Bool {
        work.offer.items[call.name]?.description.access == .writes
    }

    // MARK: One call

    private func carryOut(
        _ wanted: ModelToolCall, at index: Int, files: String?, _ ctx: Context
    ) async throws -> AgentCall {
        if let refusal = limit(at: index) { return call(wanted, .refused, .failure(refusal)) }
        guard let item = work.offer.items[wanted.name] else {
            let known = work.offer.told.map(\.name)
            let near = NearestName.find(wanted.name, among: known).map { "did you mean '\($0)'?" }
            let all = known.isEmpty ? "you have none" : "you have \(known.joined(separator: ", "))"
            return call(wanted, .wrong, .failure("you have no tool of this name; \(near ?? all)"))
        }
        switch Self.read(wanted.arguments, for: item.description) {
        case .failure(let mistake): return call(wanted, .wrong, .failure(mistake.message))
        case .success(let arguments):
            let single = AgentSingleCall(
                work: work, item: item, arguments: arguments, name: "\(item.description.name)-\(turn)-\(index + 1)",
                files: files, isPermitted: progress.permitted.contains(item.description.name))
            var made = try await single.carryOut(ctx)
            made.id = wanted.id
            return made
        }
    }

    private func limit(at index: Int) -> String? {
        if index >= AgentLimits.callsPerTurnMax {
            return
                "not carried out: one answer may ask for \(AgentLimits.callsPerTurnMax) calls; ask again for the rest"
        }
        let most = work.input.agent.limits.toolCalls
        if progress.toolCalls + index >= most {
            return "not carried out: your \(most) calls of tools are used up; answer with what you have"
        }
        if progress.turns + 1 >= work.input.agent.limits.turns {
            return "not carried out: this was your last turn"
        }
        return nil
    }

    private func call(_ wanted: ModelToolCall, _ verdict: AgentCall.Verdict, _ output: ToolOutput) -> AgentCall {
        AgentCall(
            id: wanted.id, tool: CleanText.line(wanted.name, bytesMax: AgentLimits.nameLengthMax), verdict: verdict,
            output: output, decidedBy: nil, files: nil, spending: nil)
    }

    struct Mistake: Error { let message: String }

    /// The arguments as an object that fits the tool's schema, or what the model is told.
    static func read(_ text: String, for tool: ToolDescription) -> Result<JSONValue, Mistake> {
        guard text.utf8.count <= ToolLimits.argumentsMax else {
            return .failure(Mistake(message: "the arguments have more than \(ToolLimits.argumentsMax) bytes"))
        }
        let isEmpty = text.allSatisfy(\.isWhitespace)
        guard let value = isEmpty ? [:] : try? CanonicalJSON.decode(JSONValue.self, from: Data(text.utf8)) else {
            return .failure(Mistake(message: "the arguments are no JSON; write one object that fits the schema"))
        }
        return check(value, for: tool)
    }

    static func check(_ value: JSONValue, for tool: ToolDescription) -> Result<JSONValue, Mistake> {
        guard case .object = value else { return .failure(Mistake(message: "the arguments are no JSON object")) }
        let problems = tool.parameters.validate(value)
        guard problems.isEmpty else {
            let told = problems.prefix(10).map(\.message).joined(separator: "; ")
            return .failure(Mistake(message: "the arguments do not fit: \(told)"))
        }
        return .success(value)
    }
}
