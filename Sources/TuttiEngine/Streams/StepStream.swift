import Synchronization
import TuttiStore

/// What one step streams over all its attempts; deaf when no attempt is being made or the session has been stopped.
final class StepStream: Sendable {
    private struct State {
        var attempt: Int?
        var hasStreamed = false
        var isFinished = false
    }

    private let session: RunSession
    private let key: String
    private let state = Mutex(State())

    init(session: RunSession, key: String) {
        self.session = session
        self.key = key
    }

    /// Whether anything was streamed, in any attempt.
    var hasStreamed: Bool { state.withLock { $0.hasStreamed } }

    /// From now on the text of this attempt counts.
    func begin(_ attempt: Int) {
        state.withLock { state in
            state.attempt = attempt
            guard state.hasStreamed else { return }
            session.frames.change { ($0.reset(key, stamp(attempt)), ()) }
        }
    }

    func append(_ text: String, attempt: Int) {
        guard session.stopReason == nil else { return }
        // In the lock: an attempt that was given up must not tell anything behind its end.
        state.withLock { state in
            guard state.attempt == attempt else { return }
            state.hasStreamed = true
            let unsaved = session.frames.change { $0.append(text, to: key, stamp(attempt)) }
            session.services.streams.chunks.note(unsaved, of: session)
        }
    }

    /// The attempt has ended.
    func pause() { state.withLock { $0.attempt = nil } }

    /// The step has its result, or is not wanted any more.
    func finish() {
        state.withLock { state in
            guard let attempt = state.attempt ?? (state.hasStreamed ? .max : nil), !state.isFinished else { return }
            state.isFinished = true
            state.attempt = nil
            guard state.hasStreamed else { return }
            session.frames.change { ($0.finish(key, stamp(attempt)), ()) }
        }
    }

    /// The step was left. In a session that goes on nothing more will come of it; in one that was stopped somebody else
    /// may carry it out again.
    func abandon() {
        pause()
        if session.stopReason == nil { finish() }
    }

    private func stamp(_ attempt: Int) -> AttemptStamp { AttemptStamp(fence: session.owner.fence, attempt: attempt) }
}
