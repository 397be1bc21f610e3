import Synchronization
import TuttiCore
import TuttiRuntime
import TuttiStore

/// The frames of one run in one process, from its steps to its readers.
final class FrameChannel: Sendable {
    let run: RunID
    let relay = Relay<PlacedFrame>(behind: 0)
    private let hub: EventHub

    private struct State {
        var frames: FrameState
        var readers = 0
        /// Shows the readers changes of the run.
        var watch: UInt64?
    }

    private let state: Mutex<State>

    init(run: RunID, hub: EventHub) {
        self.run = run
        self.hub = hub
        state = Mutex(State(frames: FrameState(run: run)))
    }

    // MARK: Steps

    /// Changes what the steps have streamed, and tells the readers.
    func change<Output>(_ body: (inout FrameState) -> (frames: [PlacedFrame], Output)) -> Output {
        let (hasNews, output) = state.withLock { state in
            let (frames, output) = body(&state.frames)
            // In the lock, so that a reader that joins sees each frame once: among the earlier ones, or behind them.
            if let last = frames.last { relay.append(state.readers > 0 ? frames : [], through: last.place) }
            return (!frames.isEmpty && state.readers > 0, output)
        }
        if hasNews { relay.nudge.call() }
        return output
    }

    func takeUnsaved(sizeMin: Int) -> [StreamChunk] { state.withLock { $0.frames.takeUnsaved(sizeMin: sizeMin) } }

    // MARK: Readers

    /// Begins to read: what was streamed so far, and the place behind it.
    func join() -> (earlier: [StepFrame], place: Int64) {
        state.withLock { state in
            state.readers += 1
            if state.watch == nil { state.watch = hub.watch(run, relay.nudge) }
            return (state.frames.earlier(), state.frames.last)
        }
    }

    func leave() {
        state.withLock { state in
            state.readers -= 1
            guard state.readers == 0, let watch = state.watch else { return }
            hub.unwatch(run, watch)
            state.watch = nil
        }
    }

    /// How many read at the moment.
    var readers: Int { state.withLock { $0.readers } }

    /// Place of the newest frame.
    var last: Int64 { state.withLock { $0.frames.last } }

    /// Where to go on reading what other processes have kept.
    var lastChunk: Int64 { state.withLock { $0.frames.lastChunk } }
}
