/// What a fake server has seen so far.
package struct Counters: Sendable, Hashable {
    /// Calls of models that were read as a whole.
    package internal(set) var requests = 0
    /// Calls that have been read and are not answered to their end.
    package internal(set) var inFlight = 0
    package internal(set) var inFlightMax = 0
    /// Answered to their last byte.
    package internal(set) var complete = 0
    /// Cut by a fault or because the client had gone.
    package internal(set) var cut = 0
    /// Answered with a failure, or not at all.
    package internal(set) var refused = 0
    /// Of ``cut``: connections that the client closed while it was being answered.
    package internal(set) var closedByClient = 0
    /// Answers that wait at a gate.
    package internal(set) var atGates = 0
    package internal(set) var connections = 0
    package internal(set) var connectionsMax = 0
    /// Connections since the start.
    package internal(set) var accepted = 0
    /// What all calls together are billed.
    package internal(set) var billed = TokenUsage()
    /// By idempotency token.
    package internal(set) var tokens: [String: TokenCount] = [:]
    /// Calls by model.
    package internal(set) var models: [String: Int] = [:]

    /// What happened to the calls with one idempotency token.
    package struct TokenCount: Sendable, Hashable {
        package internal(set) var received = 0
        package internal(set) var complete = 0
        package internal(set) var cut = 0
        package internal(set) var billed = TokenUsage()
    }

    mutating func begin(_ call: ModelCall) {
        requests += 1
        inFlight += 1
        inFlightMax = max(inFlightMax, inFlight)
        models[call.model, default: 0] += 1
    }

    mutating func end(_ token: String?, _ end: Reply.End, _ usage: TokenUsage, byClient: Bool) {
        inFlight -= 1
        closedByClient += byClient ? 1 : 0
        switch end {
        case .complete: complete += 1
        case .cut: cut += 1
        case .refused: refused += 1
        }
        guard end != .refused else { return }
        billed += usage
        guard let token else { return }
        tokens[token, default: TokenCount()].complete += end == .complete ? 1 : 0
        tokens[token, default: TokenCount()].cut += end == .cut ? 1 : 0
        tokens[token, default: TokenCount()].billed += usage
    }
}

extension TokenUsage {
    static func += (left: inout TokenUsage, right: TokenUsage) {
        left.uncached += right.uncached
        left.cacheRead += right.cacheRead
        left.cacheWrite += right.cacheWrite
        left.output += right.output
        left.reasoning += right.reasoning
        if let more = right.microdollars { left.microdollars = (left.microdollars ?? 0) + more }
    }
}
