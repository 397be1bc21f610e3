import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// What a session compares its workflow with while it replays an archive, instead of writing: decides, and does nothing
/// itself.
///
/// A task that asks for something that is not recorded stands still. That alone is no contradiction: it may be about to
/// be cancelled, as it was when the run was carried out. Only when nothing else can go on it is decided what it means.
final class ReplayCheck: Sendable {
    /// A task that stands still.
    struct Question: Sendable, Hashable {
        var key: String
        /// What the journal holds under the key, and what the code asks for, in words.
        var recorded: String
        var asked: String
    }

    /// What is to be done when no task can go on.
    enum Verdict: Sendable {
        /// Somebody can go on, or has to.
        case none
        /// The items of a decided scope that never came to their end are cancelled, as they were then.
        case cutOff(Nudge)
        /// The run had come to its end without what is asked for.
        case diverged(ReplayReport.Divergence)
        /// Everything that is recorded has been used.
        case frontier([String])
    }

    private struct State {
        var standing: [UInt64: Question] = [:]
        var next: UInt64 = 0
        /// Scopes whose end is recorded and some of whose items may never end.
        var decided: [String: Nudge] = [:]
        var cutOff: [String: Question] = [:]
        var divergence: ReplayReport.Divergence?
        var frontier: [String] = []
        var onStanding: (@Sendable () -> Void)?
    }

    private let rows: [String: StoredStep]
    private let isFork: Bool
    /// Whether the run ended as its function did: it was not cut off by a cancel, a deadline or a crash.
    let hasEnd: Bool
    private let state = Mutex(State())

    init(_ archive: RunArchive) {
        rows = Dictionary(archive.steps.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        isFork = archive.run.forkedFrom != nil
        hasEnd = archive.hasEnd
    }

    subscript(key: String) -> StoredStep? { rows[key] }

    /// The first contradiction that was found.
    var divergence: ReplayReport.Divergence? { state.withLock { $0.divergence } }
    /// Where the replay came to what is not recorded.
    var frontier: [String] { state.withLock { $0.frontier } }

    func note(_ divergence: ReplayReport.Divergence) {
        state.withLock { if $0.divergence == nil { $0.divergence = divergence } }
    }

    /// Whether the body of a recorded scope is carried out again. A fork took over the result of a scope without what
    /// is inside.
    func mustEnter(_ key: String) -> Bool {
        !isFork || rows.keys.contains { $0.hasPrefix(JournalKey.inside(of: key).from) }
    }

    // MARK: Standing still

    /// Has somebody called whenever a task begins to stand still.
    func onStanding(_ call: @escaping @Sendable () -> Void) { state.withLock { $0.onStanding = call } }

    /// Has it decided anew whether a task can go on.
    func lookAgain() { state.withLock { $0.onStanding }?() }

    func stand(at question: Question) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.standing[state.next] = question
            return state.next
        }
    }

    func leave(_ token: UInt64) { state.withLock { _ = $0.standing.removeValue(forKey: token) } }

    /// A decided scope is gone through; its nudge is called when those items are to be cut off that stand still.
    func enter(decided key: String) -> Nudge {
        let nudge = Nudge()
        state.withLock { $0.decided[key] = nudge }
        return nudge
    }

    func leave(decided key: String) { state.withLock { _ = $0.decided.removeValue(forKey: key) } }

    /// Why an item of a decided scope did not come to its end, if one did not.
    func cutOff(in key: String) -> Question? { state.withLock { $0.cutOff[key] } }

    /// Decides, when no task can go on.
    func decide() -> Verdict {
        state.withLock { state in
            let questions = state.standing.values.sorted { $0.key.precedes($1.key) }
            guard let first = questions.first else { return .none }
            // The innermost first: its end may be what lets the outer ones go on.
            for key in state.decided.keys.sorted(by: { $1.utf8.count < $0.utf8.count }) {
                let inside = JournalKey.inside(of: key).from
                guard let cut = questions.first(where: { $0.key.hasPrefix(inside) }) else { continue }
                state.cutOff[key] = cut
                if let nudge = state.decided.removeValue(forKey: key) { return .cutOff(nudge) }
            }
            guard hasEnd else {
                state.frontier = questions.map(\.key)
                return .frontier(state.frontier)
            }
            return .diverged(
                ReplayReport.Divergence(
                    reason: .notRecorded, key: first.key, recorded: first.recorded, replayed: first.asked))
        }
    }
}

extension RunArchive {
    /// Whether the run ended as its function did.
    var hasEnd: Bool {
        switch run.status {
        case .completed: true
        case .failed: run.error.map { $0.code != StepError.deadlineExceeded || !$0.origin.isEmpty } ?? true
        case .cancelled, .blocked, .queued, .running, .waiting: false
        }
    }
}
