/// What a server has done since it was started, for metrics and readiness.
package struct HTTPServerStatistics: Sendable, Hashable {
    /// Connections that are there now.
    package var connectionsOpen = 0
    /// Connections that have been served.
    package var connectionsAccepted = 0
    /// Connections that were answered with 503, or closed at once, for want of room.
    package var connectionsRefused = 0
    /// Requests that were begun, also those that were answered with an error.
    package var requests = 0
    package var bytesIn = 0
    package var bytesOut = 0
    /// Followers of broadcasts that were cut off, since they read too slowly.
    package var followersCutOff = 0
    /// How late each loop last was: the time from a call to it until it came to look. A loop that is late right now
    /// shows for how long it has been.
    package var loopLag: [Duration] = []
}
