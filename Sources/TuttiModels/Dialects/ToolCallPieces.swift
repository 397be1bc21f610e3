/// Tool calls that come in pieces, by whatever number the provider gives them.
struct ToolCallPieces: Sendable {
    private struct Call: Sendable {
        let index: Int
        var id: String?
        var name: String?
        var isStarted = false
        /// Arguments that came before the name.
        var early = ""
    }

    private var calls: [Int: Call] = [:]

    /// Whether there is any.
    var isEmpty: Bool { calls.isEmpty }

    /// Whether each call has got a name.
    var areWhole: Bool { calls.values.allSatisfy(\.isStarted) }

    /// A piece of a call.
    ///
    /// - Parameters:
    ///   - number: the provider's; pieces of one call have the same.
    ///   - makeUp: an id for a call that comes without.
    mutating func take(
        _ number: Int, id: String?, name: String?, arguments: String, seal: ProviderSeal? = nil,
        makeUp: (Int) -> String
    ) -> [ModelEvent] {
        var call = calls[number] ?? Call(index: calls.count)
        defer { calls[number] = call }
        if call.isStarted {
            return arguments.isEmpty ? [] : [.toolCall(ToolCallDelta(index: call.index, arguments: arguments))]
        }
        call.id = call.id ?? id.flatMap { $0.isEmpty ? nil : $0 }
        call.name = call.name ?? name.flatMap { $0.isEmpty ? nil : $0 }
        call.early += arguments
        guard let name = call.name else { return [] }
        call.isStarted = true
        let start = ToolCallDelta.Start(id: call.id ?? makeUp(call.index), name: name, seal: seal)
        let event = ModelEvent.toolCall(ToolCallDelta(index: call.index, start: start, arguments: call.early))
        call.early = ""
        return [event]
    }

    /// More arguments of a call that has begun; `nil` when there is none of that number.
    mutating func take(more arguments: String, of number: Int) -> [ModelEvent]? {
        guard calls[number] != nil else { return nil }
        return take(number, id: nil, name: nil, arguments: arguments, makeUp: { _ in "" })
    }
}
