import Synchronization

/// How following a broadcast came to its end.
package enum FollowEnd: Sendable, Hashable {
    /// Everything has been sent, and nothing follows.
    case finished
    /// Frames behind the place are no longer kept.
    case behind
}

/// Frames of bytes for many who follow, such as events of a run in the form of server-sent events.
///
/// The newest frames are kept, so that a reader who has a snapshot can go on from there without a gap. Frames are
/// handed to each loop of a server once, however many follow there: all that were published since the last time go out
/// in one piece.
///
/// ```swift
/// let snapshot = try await run.snapshot()
/// try await writer.write(snapshot.frame)
/// let end = try await writer.follow(broadcast, behind: snapshot.place)
/// ```
package final class Broadcast: Sendable {
    private struct Group {
        let loop: ServerLoop
        var next: Int
        /// Whether the loop has been asked to deliver, and has not come yet.
        var isAsked = false
        var followers = 0
    }

    private struct State {
        var ring: FrameRing
        var isFinished = false
        var groups: [ObjectIdentifier: Group] = [:]

        /// The loops that are to deliver, and have not been asked yet.
        mutating func ask() -> [ServerLoop] {
            var asked: [ServerLoop] = []
            for (key, group) in groups where !group.isAsked {
                groups[key]?.isAsked = true
                asked.append(group.loop)
            }
            return asked
        }
    }

    /// What comes next for one who is not live yet.
    enum Step {
        case frames(FrameBatch)
        case end(FollowEnd)
        /// Everything is sent.
        case nothing
    }

    private let state: Mutex<State>
    let heartbeat: Duration
    let heartbeatFrame: SharedFrames

    /// How much is taken from the ring at a time for one who catches up.
    private static let stepBytesMax = 32 << 10

    /// A broadcast without frames.
    ///
    /// - Parameters:
    ///   - start: the place behind which it begins: what is behind an earlier one was never here.
    ///   - ringCountMax: how many of the newest frames are kept at most.
    ///   - ringBytesMax: how many bytes of them; the newest one is kept in any case.
    ///   - heartbeat: how long a follower may hear nothing before it gets `heartbeatBytes`, to the second.
    ///   - heartbeatBytes: by default, a comment of server-sent events.
    package init(
        behind start: Int64? = nil, ringCountMax: Int = 1024, ringBytesMax: Int = 1 << 20,
        heartbeat: Duration = .seconds(15), heartbeatBytes: [UInt8] = Array(":\n\n".utf8)
    ) {
        state = Mutex(State(ring: FrameRing(behind: start, countMax: ringCountMax, bytesMax: ringBytesMax)))
        self.heartbeat = heartbeat
        heartbeatFrame = SharedFrames(heartbeatBytes)
    }

    /// Sends a frame to all who follow, and keeps it. May be called from anywhere, and does not wait. After
    /// ``finish()``, nothing happens.
    ///
    /// - Parameter place: where in its stream the frame is; never lower than that of the frame before, which traps.
    package func publish(_ frame: [UInt8], place: Int64) {
        let loops = state.withLock { state -> [ServerLoop] in
            guard !state.isFinished else { return [] }
            state.ring.append(frame, place: place)
            return state.ask()
        }
        for loop in loops { loop.perform { loop.deliver(self) } }
    }

    /// Ends it: who follows gets what is still to come, and ``FollowEnd/finished``.
    package func finish() {
        let loops = state.withLock { state -> [ServerLoop] in
            state.isFinished = true
            return state.ask()
        }
        for loop in loops { loop.perform { loop.deliver(self) } }
    }

    /// The place of the newest frame; 0 before there is one.
    package var lastPlace: Int64 { state.withLock { $0.ring.lastPlace } }

    /// How many follow live.
    package var followerCount: Int { state.withLock { $0.groups.values.reduce(0) { $0 + $1.followers } } }

    // MARK: For connections and loops

    func index(behind place: Int64) -> Int? { state.withLock { $0.ring.index(behind: place) } }

    /// The next frames from an index on.
    func step(from index: Int) -> Step {
        state.withLock { state in
            guard let frames = state.ring.frames(from: index, bytesMax: Self.stepBytesMax) else { return .end(.behind) }
            guard frames.isEmpty else { return .frames(FrameBatch(start: index, frames: frames)) }
            return state.isFinished ? .end(.finished) : .nothing
        }
    }

    /// Makes a follower one of the loop's, so that what comes from now on is told to it; false when there is something
    /// to send from the index on, or nothing follows any more.
    func join(_ loop: ServerLoop, at index: Int) -> Bool {
        state.withLock { state in
            guard index == state.ring.end, !state.isFinished else { return false }
            let key = ObjectIdentifier(loop)
            var group = state.groups[key] ?? Group(loop: loop, next: index)
            group.followers += 1
            state.groups[key] = group
            return true
        }
    }

    /// Everything since the loop last came, as far as it is kept.
    func take(for loop: ServerLoop) -> (batch: FrameBatch, isFinished: Bool) {
        state.withLock { state in
            let key = ObjectIdentifier(loop)
            guard var group = state.groups[key] else {
                return (FrameBatch(start: state.ring.end, frames: []), state.isFinished)
            }
            let start = max(group.next, state.ring.first)
            let batch = FrameBatch(start: start, frames: state.ring.frames(from: start, bytesMax: .max) ?? [])
            group.next = state.ring.end
            group.isAsked = false
            state.groups[key] = group
            return (batch, state.isFinished)
        }
    }

    func left(_ loop: ServerLoop) { state.withLock { $0.groups[ObjectIdentifier(loop)]?.followers -= 1 } }

    /// Nobody on this loop follows any more.
    func forget(_ loop: ServerLoop) { state.withLock { $0.groups[ObjectIdentifier(loop)] = nil } }
}
