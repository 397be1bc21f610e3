import FoundationEssentials
import TuttiCore
import TuttiStore

/// One thing that has happened, in the envelope of CloudEvents 1.0.
struct EventView: Codable, Sendable {
    var specversion = "1.0"
    /// `run_…/n`, for ever the same.
    var id: String
    var type: String
    var source: String?
    var subject: RunID
    var time: WireTime
    var step: String?
    var data: JSONValue
    /// Where the feed of all runs goes on behind it; `nil` in the events of one run, which go on by number.
    var cursor: String?

    init(_ event: RunEvent, cursor: FeedCursor? = nil) {
        id = event.id
        type = event.type
        subject = event.run
        time = event.time.wire
        step = event.key
        data = .stored(event.data)
        self.cursor = cursor?.description
    }
}

/// A page of the events of one run.
struct EventsView: Codable, Sendable {
    var events: [EventView]
    /// The number behind which the next page begins.
    var last: Int64
}

/// A page of the events of all runs.
struct FeedView: Codable, Sendable {
    var events: [EventView]
    /// The cursor behind which the next page begins.
    var next: String
}
