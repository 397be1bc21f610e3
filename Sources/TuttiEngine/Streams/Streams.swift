import TuttiCore
import TuttiRuntime
import TuttiStore

/// What the live readers of one engine share.
final class Streams: Sendable {
    /// By run.
    let events: Roster<RunID, Watched<RunEvent>>
    /// By tenant.
    let feed: Roster<String, Watched<FeedEvent>>
    /// By run.
    let frames: Roster<RunID, FrameChannel>
    let chunks: ChunkWriter

    init(hub: EventHub, writer: GroupCommitWriter, clock: any Timekeeper) {
        events = Roster { run in
            Watched { nudge in hub.watch(run, nudge) }
        } drop: { run, watched in
            hub.unwatch(run, watched.token)
        }
        feed = Roster { _ in
            Watched { nudge in hub.watchAll(nudge) }
        } drop: { _, watched in
            hub.unwatchAll(watched.token)
        }
        frames = Roster { run in FrameChannel(run: run, hub: hub) }
        chunks = ChunkWriter(writer: writer, clock: clock)
    }
}

/// A relay whose leader hears of changes in this process.
struct Watched<Item: StreamItem>: Sendable {
    let relay = Relay<Item>()
    let token: UInt64

    init(_ watch: (Nudge) -> UInt64) { token = watch(relay.nudge) }
}
