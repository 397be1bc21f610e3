import FoundationEssentials
import TuttiCore
import TuttiModels
import TuttiTools

/// What a model is sent of an agent's work so far.
///
/// When it becomes too long, what tools have answered long ago is left out first, and then the oldest turns. What is
/// left out follows from the turns alone, so that a replay asks the same; the journal keeps all of it.
struct AgentConversation: Sendable {
    private struct Turn {
        let said: ModelMessage
        let heard: ModelMessage?
        let tokens: Int64
        /// The same without what tools have answered.
        let heardShort: ModelMessage?
        let tokensShort: Int64
    }

    private let opening: [ModelMessage]
    private let openingTokens: Int64
    /// The most tokens that are sent, by an estimate.
    private(set) var tokensMax: Int64
    private var turns: [Turn] = []
    /// How many of the first turns are told without what tools have answered, and how many not at all.
    private var shortened = 0
    private var dropped = 0
    private var digest: String

    /// To what part of its limit a conversation is brought when it is too long: less would be sought again each turn,
    /// and no provider could keep its beginning for the next.
    private static let target = 0.6
    /// Bytes of an answer that is not worth leaving out.
    private static let shortBytes = 400

    /// - Parameter seed: tells one agent's conversation from that of another with the same task.
    init(opening: [ModelMessage], seed: String, tokensMax: Int, fixedTokens: Int64) {
        self.opening = opening
        self.tokensMax = Int64(tokensMax)
        openingTokens = Self.tokens(of: opening) + fixedTokens
        digest = Self.hash(seed, opening)
    }

    /// Tells all that the model is going to be sent from what another one would be.
    var fingerprint: String { "\(digest)-\(shortened)-\(dropped)" }

    /// What is left out, for whoever looks on.
    var leftOut: (answers: Int, turns: Int) { (shortened, dropped) }

    /// How many messages steps before the latest turn hold.
    var knownMessages: Int {
        let latest = turns.last.map { $0.heard == nil ? 0 : 1 } ?? messages.count
        return messages.count - latest
    }

    var messages: [ModelMessage] {
        var messages = opening
        if dropped > 0, let last = messages.indices.last {
            messages[last].content.append(.text(Self.note(dropped)))
        }
        for (index, turn) in turns.enumerated() where index >= dropped {
            messages.append(turn.said)
            if let heard = index < shortened ? turn.heardShort : turn.heard { messages.append(heard) }
        }
        return messages
    }

    mutating func append(_ turn: AgentTurn) {
        if let most = turn.contextTokens { tokensMax = min(tokensMax, most) }
        let said = ModelMessage(role: .assistant, content: turn.content)
        let heard = Self.heard(turn)
        let short = Self.shortened(heard)
        turns.append(
            Turn(
                said: said, heard: heard, tokens: Self.tokens(of: [said] + (heard.map { [$0] } ?? [])),
                heardShort: short, tokensShort: Self.tokens(of: [said] + (short.map { [$0] } ?? []))))
        digest = Self.hash(digest, [said] + (heard.map { [$0] } ?? []))
        if size > tokensMax { shrink(to: Int64(Double(tokensMax) * Self.target)) }
    }

    /// The model has said that it was too long, whatever we have counted.
    ///
    /// - Returns: whether there was something to leave out.
    mutating func shrinkFurther() -> Bool {
        let before = (shortened, dropped)
        tokensMax = max(1, size * 3 / 4)
        shrink(to: Int64(Double(tokensMax) * Self.target))
        return before != (shortened, dropped)
    }

    private var size: Int64 {
        turns.enumerated().reduce(openingTokens) { sum, turn in
            turn.offset < dropped
                ? sum : sum + (turn.offset < shortened ? turn.element.tokensShort : turn.element.tokens)
        }
    }

    /// The latest turn always stays whole.
    private mutating func shrink(to target: Int64) {
        while size > target, shortened < turns.count - 1 { shortened += 1 }
        while size > target, dropped < turns.count - 1 { dropped += 1 }
    }

    // MARK: Messages

    private static func heard(_ turn: AgentTurn) -> ModelMessage? {
        var content: [ModelContent] = turn.calls.map { call in
            .toolResult(ModelToolResult(callID: call.id, text: call.output.text, isError: call.output.isError))
        }
        if let note = turn.note { content.append(.text(note)) }
        return content.isEmpty ? nil : ModelMessage(role: .user, content: content)
    }

    private static func shortened(_ message: ModelMessage?) -> ModelMessage? {
        guard var message else { return nil }
        message.content = message.content.map { part in
            guard case .toolResult(var result) = part, result.text.utf8.count > shortBytes else { return part }
            let hash = Digest.sha256Hex(result.text).prefix(12)
            result.content = [.text("(left out: an answer of \(result.text.utf8.count) bytes, sha256 \(hash)…)")]
            return .toolResult(result)
        }
        return message
    }

    private static func note(_ count: Int) -> String {
        "(Your first \(count == 1 ? "turn is" : "\(count) turns are") left out here, as all together is too long.)"
    }

    private static func tokens(of messages: [ModelMessage]) -> Int64 {
        CallEstimate.tokens(of: ModelRequest(model: "", messages: messages))
    }

    private static func hash(_ before: String, _ messages: [ModelMessage]) -> String {
        let told = (try? CanonicalJSON.encode(messages)) ?? Data()
        return Digest.sha256Hex(Data(before.utf8) + told)
    }
}
