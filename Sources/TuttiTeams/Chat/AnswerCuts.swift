import Synchronization
public import TuttiCore
import TuttiModels

/// Where a person cuts answers short that come in this process.
///
/// ```swift
/// let cuts = AnswerCuts()
/// let chat = Chat(models: models, cuts: cuts)
/// …
/// cuts.cut(3, of: run.id)  // enough of the third answer
/// ```
public final class AnswerCuts: Sendable {
    private struct State {
        /// The last exchange of a run whose answer is not wanted any more.
        var cut: [RunID: Int] = [:]
        /// Who is to hear of it while an answer comes.
        var watchers: [RunID: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Nothing is cut.
    public init() {}

    /// Ends an answer: the call is given up at once, and what has come of it is the answer. An answer that has come
    /// already stays as it is.
    ///
    /// - Parameter exchange: which one of the run, counted from 1.
    public func cut(_ exchange: Int, of run: RunID) {
        let watcher = state.withLock { state in
            state.cut[run] = max(exchange, state.cut[run] ?? 0)
            return state.watchers[run]
        }
        watcher?()
    }

    /// Whether an answer is not wanted any more.
    func isCut(_ exchange: Int, of run: RunID) -> Bool { state.withLock { ($0.cut[run] ?? 0) >= exchange } }

    fileprivate func watch(_ run: RunID, _ watcher: @escaping @Sendable () -> Void) {
        state.withLock { $0.watchers[run] = watcher }
    }

    fileprivate func leave(_ run: RunID) {
        state.withLock { $0.watchers[run] = nil }
    }

    /// The run has its end.
    func forget(_ run: RunID) {
        state.withLock { state in
            state.cut[run] = nil
            state.watchers[run] = nil
        }
    }
}

/// A provider whose answer can be cut short: what has come until then is returned as the whole.
struct CuttableProvider: ModelProvider {
    let base: any ModelProvider
    let cuts: AnswerCuts
    let run: RunID
    let exchange: Int

    private enum Happening: Sendable {
        case event(ModelEvent)
        case answered(ModelResponse)
        case failed(any Error)
        case cut
    }

    func answer(
        _ request: ModelRequest, tell: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelResponse {
        // Holds no more than one answer, whose size the provider limits.
        let (stream, continuation) = AsyncStream.makeStream(of: Happening.self)
        let exchange = exchange
        cuts.watch(run) { [cuts, run] in if cuts.isCut(exchange, of: run) { continuation.yield(.cut) } }
        defer { cuts.leave(run) }
        guard !cuts.isCut(exchange, of: run) else { return .cut(after: "") }
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    let response = try await base.answer(request) { continuation.yield(.event($0)) }
                    continuation.yield(.answered(response))
                } catch {
                    continuation.yield(.failed(error))
                }
            }
            defer { group.cancelAll() }
            var heard = ""
            for await happening in stream {
                switch happening {
                case .event(let event):
                    if case .text(let text) = event { heard += text }
                    try await tell(event)
                case .answered(let response): return response
                case .failed(let error): throw Self.impatient(error)
                case .cut: return .cut(after: heard)
                }
            }
            throw CancellationError()
        }
    }

    /// A person is told of a long pause instead of waiting through it.
    private static func impatient(_ error: any Error) -> any Error {
        guard var failure = error as? ModelError, failure.isRetryable, let pause = failure.retryAfter,
            pause > ChatLimits.patience
        else { return error }
        failure.classification = .retryElsewhere
        let seconds = Duration.seconds(pause.components.seconds + 1)
        failure.message += "; it asks for a pause of \(DurationText.write(seconds)), after which you can say it again"
        return failure
    }
}

extension ModelResponse {
    fileprivate static func cut(after text: String) -> ModelResponse {
        ModelResponse(content: text.isEmpty ? [] : [.text(text)], finish: .cut)
    }
}
