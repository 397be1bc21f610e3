/// One event of a `text/event-stream`.
package struct ServerSentEvent: Sendable, Hashable {
    /// What `event:` said; `message` when it said nothing.
    package let type: String
    /// The lines of `data:`, joined by line feeds; never empty.
    package let data: String
    /// What the last `id:` of the stream said, in this event or an earlier one; empty when there was none.
    package let lastEventID: String

    /// An event from its parts.
    package init(type: String = "message", data: String, lastEventID: String = "") {
        self.type = type
        self.data = data
        self.lastEventID = lastEventID
    }
}
