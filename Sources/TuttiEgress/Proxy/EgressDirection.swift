/// Bytes that go one way.
struct EgressDirection {
    var queue = ByteQueue()
    /// All that have come, for the limits and the events.
    var count = 0
    /// Its source sends no more.
    var isEnded = false
    /// Its sink was told so.
    var isShut = false
}
