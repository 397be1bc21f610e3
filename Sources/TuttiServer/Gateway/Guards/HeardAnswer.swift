import Synchronization
import TuttiModels

/// What a provider has said of an answer that is ended before its end. All of it has to be paid, also what has not gone
/// out.
final class HeardAnswer: Sendable {
    private struct State {
        /// As the provider has counted so far.
        var usage: ModelUsage?
        var bytes = 0
    }

    private let state = Mutex(State())

    func note(_ event: ModelEvent) {
        state.withLock { state in
            switch event {
            case .text(let piece), .reasoning(let piece): state.bytes += piece.utf8.count
            case .toolCall(let piece): state.bytes += piece.arguments.utf8.count
            case .usage(let usage): state.usage = usage
            case .reasoningSeal, .finished: break
            }
        }
    }

    /// What it has taken: a guess from above, since the last count may be older than the last word.
    ///
    /// - Parameter inputTokens: where the provider has not counted.
    func usage(inputTokens: Int64) -> ModelUsage {
        let (counted, bytes) = state.withLock { ($0.usage, Int64($0.bytes)) }
        var usage = counted ?? ModelUsage(uncachedInput: inputTokens)
        let least = (bytes + CallEstimate.bytesPerToken - 1) / CallEstimate.bytesPerToken
        usage.output = max(usage.output, least)
        usage.isEstimated = true
        return usage
    }
}
