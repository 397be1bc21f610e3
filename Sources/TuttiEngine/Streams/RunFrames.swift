public import TuttiCore
import TuttiRuntime
import TuttiStore

/// What the steps of one run stream: first what they have streamed so far, then more as it comes.
///
/// Of steps that this process carries out, frames come at once; of others, in the parts that their process keeps in the
/// database, a few a second. A reader that falls too far behind is cut off, and no step ever waits for one.
public struct RunFrames: AsyncSequence, Sendable {
    /// One piece of what a step tells.
    public typealias Element = StepFrame

    let run: RunID
    let engine: Engine

    /// Joins: what is streamed from now on is not missed, nor told twice.
    public func makeAsyncIterator() -> Iterator {
        Iterator(engine: engine, seat: FrameSeat(engine.services.streams.frames.hold(run)))
    }

    /// Waits for more until the run has its end.
    public struct Iterator: AsyncIteratorProtocol {
        private let engine: Engine
        private let seat: FrameSeat
        private var earlier: ArraySlice<StepFrame>
        private var page: ArraySlice<PlacedFrame> = []
        private var last: Int64

        fileprivate init(engine: Engine, seat: FrameSeat) {
            self.engine = engine
            self.seat = seat
            (earlier, last) = (seat.earlier[...], seat.place)
        }

        /// The next frame, or `nil` when the run has its end or was left without one.
        ///
        /// - Throws: ``RunError`` `.lagged` when so much has been streamed meanwhile that the next frame is gone: begin
        ///   anew, and what was streamed so far is told first; `.notFound`; `StoreError`; `CancellationError`.
        public mutating func next() async throws -> StepFrame? {
            if let frame = earlier.popFirst() { return frame }
            if page.isEmpty { page = try await engine.frames(seat.channel, behind: last) }
            guard let next = page.popFirst() else { return nil }
            last = next.place
            return next.frame
        }
    }
}

/// A reader's place among those of a run; its end frees it.
private final class FrameSeat: Sendable {
    private let hold: Roster<RunID, FrameChannel>.Hold
    let earlier: [StepFrame]
    let place: Int64

    var channel: FrameChannel { hold.value }

    init(_ hold: Roster<RunID, FrameChannel>.Hold) {
        self.hold = hold
        (earlier, place) = hold.value.join()
    }

    deinit { hold.value.leave() }
}

extension RunHandle {
    /// What the run's steps stream, see ``Engine/frames(of:)``.
    public var frames: RunFrames { engine.frames(of: id) }
}

extension Engine {
    /// What the steps of a run stream by ``StepContext/stream(_:)``: what they have streamed so far, and what comes.
    public func frames(of run: RunID) -> RunFrames { RunFrames(run: run, engine: self) }

    /// The frames behind a place; none when there will be no more.
    fileprivate func frames(_ channel: FrameChannel, behind place: Int64) async throws -> ArraySlice<PlacedFrame> {
        while true {
            switch try await channel.relay.turn(behind: place) {
            case .items(let frames): return frames
            case .behind: throw RunError.lagged()
            case .lead: if try await lookForFrames(channel, behind: place) { return [] }
            case .over: return []
            }
        }
    }

    /// Looks in the name of all readers of a run, until there is something for this one; tells whether there will be
    /// nothing more.
    private func lookForFrames(_ channel: FrameChannel, behind place: Int64) async throws -> Bool {
        let relay = channel.relay
        do {
            while true {
                try await relay.untilLookIsDue(atMost: options.poll, on: services.clock)
                let isOver = try await isOver(channel.run)
                let isFull = try await takeChunks(into: channel)
                if relay.hasNews(behind: place) {
                    relay.publish([], through: place, lookDue: true)
                    return false
                }
                if isOver, !isFull {
                    relay.finish()
                    return true
                }
            }
        } catch {
            if error is CancellationError || Task.isCancelled { relay.pass() } else { relay.fail(error) }
            throw error
        }
    }

    /// Reads what another process has kept; tells whether there may be more at once.
    private func takeChunks(into channel: FrameChannel) async throws -> Bool {
        guard !isAtWork(channel.run) else { return false }
        let (run, last) = (channel.run, channel.lastChunk)
        let page = try await services.reads { store throws(StoreError) in
            try await store.chunks(of: run, after: last, limit: StreamLimits.chunkPageSize)
        }
        channel.change { state in (state.take(page), ()) }
        return page.isFull
    }
}

extension RunError {
    static func lagged() -> RunError {
        RunError(
            .lagged,
            "the reader of the frames was more than \(StreamLimits.ringCountMax) frames or "
                + "\(StreamLimits.ringSizeMax) bytes behind; begin anew, what was streamed so far is told first")
    }
}
