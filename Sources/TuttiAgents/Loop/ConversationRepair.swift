package import TuttiModels

extension [ModelMessage] {
    /// The conversation as providers take it: each call of a tool has its result in the next message, and no result is
    /// without its call.
    ///
    /// One that was cut off in the middle of its calls, or put together elsewhere, would be refused as a whole.
    package var withPairedCalls: [ModelMessage] {
        var repaired: [ModelMessage] = []
        var unanswered: [String] = []
        for message in self {
            var message = message
            switch message.role {
            case .assistant:
                if !unanswered.isEmpty { repaired.append(Self.results(missing: unanswered)) }
                unanswered = message.content.compactMap { if case .toolCall(let call) = $0 { call.id } else { nil } }
            case .user:
                var wanted = Set(unanswered)
                message.content.removeAll { part in
                    guard case .toolResult(let result) = part else { return false }
                    return wanted.remove(result.callID) == nil
                }
                let given = message.content.compactMap {
                    if case .toolResult(let result) = $0 { result.callID } else { nil }
                }
                let missing = unanswered.filter { !given.contains($0) }
                if !missing.isEmpty { message.content = Self.results(missing: missing).content + message.content }
                unanswered = []
            }
            if !message.content.isEmpty { repaired.append(message) }
        }
        if !unanswered.isEmpty { repaired.append(Self.results(missing: unanswered)) }
        return repaired
    }

    private static func results(missing calls: [String]) -> ModelMessage {
        ModelMessage(
            role: .user,
            content: calls.map {
                .toolResult(ModelToolResult(callID: $0, text: "(the result of this call is lost)", isError: true))
            })
    }
}
