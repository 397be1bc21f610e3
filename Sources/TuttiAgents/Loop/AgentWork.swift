import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiTools

/// The turns of one agent, from its task to its answer.
struct AgentWork: Sendable {
    let agent: Agent
    let input: AgentInput
    let offer: AgentOffer
    let model: Model

    /// What has come of all turns so far.
    struct Progress: Sendable {
        var turns = 0
        var toolCalls = 0
        var wrongInARow = 0
        var spending = Spending()
        var files: String?
        /// Tools that somebody has permitted for the whole run.
        var permitted: Set<String> = []
        /// Answers that did not have the form that is asked for.
        var misshapen = 0
    }

    private var limits: AgentLimits { input.agent.limits }
    /// How often an answer may be given again in the form that is asked for.
    private static let repairsMax = 2

    func run(_ ctx: Context) async throws -> AgentResult {
        let system = AgentPrompt.system(
            of: input.agent, hasTools: !offer.told.isEmpty, hasWorkspace: offer.hasFiles)
        var conversation = try opening(system: system)
        var progress = Progress(files: input.files)
        while true {
            let (before, now) = (conversation, progress)
            let turn = try await ctx.branch(Agent.turnScope) { ctx in
                try await self.turn(after: before, now, system: system, ctx)
            }
            conversation.append(turn)
            progress.add(turn, offer)
            guard progress.wrongInARow < AgentLimits.wrongCallsMax else {
                throw StepError(
                    code: "wrong_tool_calls",
                    message: "the model has called tools wrongly \(progress.wrongInARow) times in a row; take another "
                        + "model, or describe in the instructions how they are called", origin: ctx.place)
            }
            if let result = try finish(turn, progress) { return result }
        }
    }

    private func opening(system: String) throws -> AgentConversation {
        var messages = (input.history ?? []).map { said in
            said.isOwn ? ModelMessage.assistant(said.text) : ModelMessage.user(said.text)
        }
        messages.append(.user(AgentPrompt.task(input)))
        let fixed = CallEstimate.tokens(
            of: ModelRequest(model: "", system: system, messages: [], tools: offer.told))
        return AgentConversation(
            opening: messages,
            seed: try Digest.sha256Hex(CanonicalJSON.encode(Seed(system: system, tools: offer.told))),
            tokensMax: limits.contextTokens, fixedTokens: fixed)
    }

    private struct Seed: Encodable {
        var system: String
        var tools: [ModelTool]
    }

    /// The result, when this turn was the last.
    private func finish(_ turn: AgentTurn, _ progress: Progress) throws -> AgentResult? {
        guard turn.calls.isEmpty || progress.isSpent(limits) else { return nil }
        var result = AgentResult(
            end: turn.calls.isEmpty ? .completed : .exhausted, answer: turn.text, value: nil, turns: progress.turns,
            toolCalls: progress.toolCalls, spending: progress.spending, files: progress.files)
        if progress.wasCutShort(limits) { result.end = .exhausted }
        guard let output = input.agent.output else { return result }
        do {
            let response = ModelResponse(content: turn.content)
            result.value = try JSONAnswer.read(response, as: JSONSchema(reading: output))
            return result
        } catch let error as JSONAnswerError {
            // The turn's note has asked for it again.
            if turn.note != nil, !progress.isSpent(limits) { return nil }
            if result.end == .exhausted { return result }
            throw StepError(code: error.code, message: error.message, data: error.data, origin: "")
        }
    }

    // MARK: A turn

    private func turn(
        after conversation: AgentConversation, _ progress: Progress, system: String, _ ctx: Context
    ) async throws -> AgentTurn {
        let (reply, contextTokens) = try await ask(conversation, system: system, ctx)
        let wanted = reply.response.toolCalls
        var turn = AgentTurn(
            content: reply.response.content.filter { $0 != .text("") }, calls: [], note: nil,
            spending: reply.spending, files: progress.files, contextTokens: contextTokens)
        let calls = AgentCalls(work: self, progress: progress, turn: progress.turns + 1)
        turn.calls = try await calls.carryOut(wanted, ctx)
        turn.files = turn.calls.last { $0.files != nil }?.files ?? progress.files
        for call in turn.calls { if let spent = call.spending { turn.spending += spent } }
        var after = progress
        after.add(turn, offer)
        turn.note = note(after: turn, after)
        return turn
    }

    /// What the model is told besides the answers of its tools.
    private func note(after turn: AgentTurn, _ progress: Progress) -> String? {
        if !turn.calls.isEmpty { return progress.isAlmostSpent(limits) ? AgentPrompt.lastTurn : nil }
        guard let output = input.agent.output, progress.misshapen < Self.repairsMax,
            let schema = try? JSONSchema(reading: output)
        else { return nil }
        do {
            _ = try JSONAnswer.read(ModelResponse(content: turn.content), as: schema)
            return nil
        } catch {
            return "Your answer cannot be used: \(error.message). Answer again, with the corrected JSON alone."
        }
    }

    /// Asks for the next answer; what is too long for the model after all is shortened until it fits.
    ///
    /// - Returns: the answer, and how many tokens the model takes when it did not take all.
    private func ask(
        _ whole: AgentConversation, system: String, _ ctx: Context
    ) async throws -> (ModelReply, contextTokens: Int64?) {
        var conversation = whole
        while true {
            let request = ModelRequest(
                model: "", system: system, messages: conversation.messages.withPairedCalls, tools: offer.told,
                temperature: input.agent.temperature)
            do {
                let reply = try await ctx.ask(
                    model, request, as: "model", known: conversation.knownMessages,
                    fingerprint: conversation.fingerprint)
                let isWhole = conversation.tokensMax == whole.tokensMax
                return (reply, isWhole ? nil : conversation.tokensMax)
            } catch let error as StepError where Self.isTooLong(error) {
                guard conversation.shrinkFurther() else { throw error }
            }
        }
    }

    private static func isTooLong(_ error: StepError) -> Bool {
        [ModelErrorCode.contextTooLong, .requestTooLarge].contains(ModelErrorCode(rawValue: error.code))
    }
}

extension AgentWork.Progress {
    mutating func add(_ turn: AgentTurn, _ offer: AgentOffer) {
        turns += 1
        toolCalls += turn.calls.count
        spending += turn.spending
        files = turn.files
        if turn.calls.isEmpty, turn.note != nil { misshapen += 1 }
        for call in turn.calls {
            wrongInARow = call.verdict == .wrong ? wrongInARow + 1 : 0
            let isPermitted = call.decidedBy != nil && (call.verdict == .done || call.verdict == .failed)
            if isPermitted, offer.items[call.tool]?.permission == .once { permitted.insert(call.tool) }
        }
    }

    /// Whether nothing more may be asked.
    func isSpent(_ limits: AgentLimits) -> Bool { turns >= limits.turns }

    /// Whether the next answer is the last.
    func isAlmostSpent(_ limits: AgentLimits) -> Bool {
        turns + 1 >= limits.turns || toolCalls >= limits.toolCalls
    }

    /// Whether the last answer was given because it had to be.
    func wasCutShort(_ limits: AgentLimits) -> Bool {
        turns > 1 && (turns >= limits.turns || toolCalls >= limits.toolCalls) && toolCalls > 0
    }
}
