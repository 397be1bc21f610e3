import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// Brings what steps stream to the database, for readers that come late and for other processes. No step waits for it,
/// and what cannot be written is dropped.
final class ChunkWriter: Sendable {
    private struct State {
        /// The sessions that have something, by the run and fence that they write for.
        var sessions: [Owner: RunSession] = [:]
    }

    private let writer: GroupCommitWriter
    private let clock: any Timekeeper
    private let state = Mutex(State())
    private let nudge = Nudge()

    init(writer: GroupCommitWriter, clock: any Timekeeper) {
        self.writer = writer
        self.clock = clock
    }

    /// Takes note that a session has so many bytes of one step to be saved.
    func note(_ unsaved: Int, of session: RunSession) {
        guard unsaved > 0 else { return }
        let isNew = state.withLock { $0.sessions.updateValue(session, forKey: session.owner) == nil }
        if isNew || unsaved >= StreamLimits.chunkSize { nudge.call() }
    }

    /// Writes until its task is cancelled.
    func run() async {
        var due: Duration?
        while !Task.isCancelled {
            if let due {
                await nudge.wait(atMost: max(.zero, due - clock.uptime()), on: clock)
            } else {
                await nudge.wait()
            }
            let now = clock.uptime()
            let isDue = due.map { $0 <= now } ?? false
            await write(sizeMin: isDue ? 0 : StreamLimits.chunkSize)
            if isDue { due = nil }
            if due == nil, state.withLock({ !$0.sessions.isEmpty }) { due = now + StreamLimits.chunkDelay }
        }
    }

    /// Writes what is large enough, the parts of all runs side by side, so that they share a commit.
    private func write(sizeMin: Int) async {
        let sessions = state.withLock { state in
            defer { if sizeMin == 0 { state.sessions = [:] } }
            return state.sessions
        }
        await withDiscardingTaskGroup { group in
            for (owner, session) in sessions {
                guard session.stopReason == nil else { continue }
                let chunks = session.frames.takeUnsaved(sizeMin: sizeMin)
                if chunks.isEmpty { continue }
                group.addTask { _ = try? await self.writer.submit(.chunks(ChunkCommand(owner: owner, chunks: chunks))) }
            }
        }
    }
}
