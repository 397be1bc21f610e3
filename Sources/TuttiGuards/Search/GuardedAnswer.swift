package import TuttiModels

/// Lets the events of an answer through as guards allow: texts, thoughts and arguments of tools. What providers want
/// back unchanged is nobody's words.
///
/// A text or a thought ends with whatever comes behind it; pieces of several tool calls may come by turns, and each
/// ends with the answer.
package struct GuardedAnswer: Sendable {
    /// What a text is said as.
    private enum Voice: Sendable {
        case text, thought

        /// More of it; nothing for nothing.
        func events(_ piece: String) -> [ModelEvent] {
            if piece.isEmpty { return [] }
            return self == .text ? [.text(piece)] : [.reasoning(piece)]
        }
    }

    private let search: GuardSearch
    /// The text or the thought that grows.
    private var growing: (voice: Voice, window: TextWindow)?
    /// By the number of the call.
    private var calls: [Int: TextWindow] = [:]
    /// What was counted: it waits for the end, so that nothing goes out before the first word does.
    private var usage: ModelEvent?
    /// How long may still be looked for something.
    private var timeLeft = SearchLimits.piecesTimeMax
    /// What has been found so far.
    package private(set) var account = GuardAccount()

    package init(_ search: GuardSearch) { self.search = search }

    /// Takes the next event.
    ///
    /// - Parameter uptime: a clock that never goes back.
    /// - Returns: what goes on, in order.
    /// - Throws: ``GuardRefusal``; no further event may go on.
    package mutating func take(
        _ event: ModelEvent, _ uptime: @escaping @Sendable () -> Duration
    ) throws(GuardRefusal) -> [ModelEvent] {
        let watch = SearchWatch(uptime, time: min(timeLeft, SearchLimits.pieceTimeMax))
        defer { timeLeft -= watch.spent }
        switch event {
        case .text(let piece): return try grow(.text, piece, watch)
        case .reasoning(let piece): return try grow(.thought, piece, watch)
        case .toolCall(let piece): return try end(watch) + (try take(piece, watch))
        case .reasoningSeal: return try end(watch) + [event]
        case .usage:
            usage = event
            return []
        case .finished: return try end(watch) + (try endCalls(watch)) + [usage, event].compactMap(\.self)
        }
    }

    private mutating func grow(
        _ voice: Voice, _ piece: String, _ watch: SearchWatch
    ) throws(GuardRefusal) -> [ModelEvent] {
        let before = growing?.voice == voice ? [] : try end(watch)
        var window = growing?.window ?? TextWindow(search)
        growing = nil  // nobody else holds it while it grows
        let text = try window.take(piece, isEnd: false, watch, &account)
        growing = (voice, window)
        return before + voice.events(text)
    }

    /// The end of the text or the thought that grows.
    private mutating func end(_ watch: SearchWatch) throws(GuardRefusal) -> [ModelEvent] {
        guard let (voice, held) = growing else { return [] }
        growing = nil
        var window = held
        return voice.events(try window.take("", isEnd: true, watch, &account))
    }

    private mutating func take(_ piece: ToolCallDelta, _ watch: SearchWatch) throws(GuardRefusal) -> [ModelEvent] {
        var window = calls.removeValue(forKey: piece.index) ?? TextWindow(search)
        var piece = piece
        piece.arguments = try window.take(piece.arguments, isEnd: false, watch, &account)
        calls[piece.index] = window
        return piece.start == nil && piece.arguments.isEmpty ? [] : [.toolCall(piece)]
    }

    private mutating func endCalls(_ watch: SearchWatch) throws(GuardRefusal) -> [ModelEvent] {
        defer { calls = [:] }
        var events: [ModelEvent] = []
        for (index, call) in calls.sorted(by: { $0.key < $1.key }) {
            var window = call
            let rest = try window.take("", isEnd: true, watch, &account)
            if !rest.isEmpty { events.append(.toolCall(ToolCallDelta(index: index, arguments: rest))) }
        }
        return events
    }
}
