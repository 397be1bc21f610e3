/// What one caller may use at most. Every limit is met by an answer or the end of the connection.
package struct HTTPServerLimits: Sendable, Hashable {
    /// Bytes of a request's head; beyond, 431.
    package var headBytesMax = 16 << 10
    /// Fields of a head, and of the trailers; beyond, 431.
    package var fieldsMax = 100
    /// Bytes of a request's target; beyond, 414.
    package var targetBytesMax = 8 << 10
    /// From the first byte of a head, or from the beginning of a connection, to the end of the head; then, 408.
    package var headWithin = Duration.seconds(10)
    /// How long a connection may be without a request before it is closed.
    package var idleKeepAlive = Duration.seconds(75)
    /// How long nothing of an answer may be taken before the connection is closed.
    package var stalledReader = Duration.seconds(30)
    /// How long nothing of a body may arrive while it is awaited; then, 408.
    package var bodyIdle = Duration.seconds(30)
    /// Connections of the process; one more is answered with 503 and `Retry-After`.
    package var connectionsMax = 10_000
    /// Refused connections that are still waited for, so that their 503 is read; more are closed at once.
    package var refusalsMax = 256
    /// Bytes of an answer that wait to be sent before a writer is made to wait; it goes on at half of it.
    package var unsentHighMark = 64 << 10
    /// Bytes of a body that wait to be read before no more are taken from the socket; it goes on at half of it.
    package var unreadHighMark = 64 << 10
    /// Bytes that wait for a follower of a broadcast before it is cut off.
    package var followerUnsentMax = 256 << 10
    /// Bytes of a body that nobody has read which are taken and thrown away to keep a connection; with more, it ends.
    package var discardMax = 64 << 10
    /// How long a connection that has been ended is still read, so that the last answer is not lost by a reset.
    package var lingerWithin = Duration.seconds(2)
    /// Bytes that are read and thrown away during that time.
    package var lingerBytesMax = 1 << 20
    /// Messages of a WebSocket that wait to be received before no more are taken from the socket.
    package var unreceivedMessagesMax = 64
    /// Pings and pongs that a WebSocket may send in a second; beyond, it is closed with 1008.
    package var pingsPerSecondMax = 32
    /// How long the other side of a WebSocket may take to answer a close.
    package var webSocketCloseWithin = Duration.seconds(5)

    /// The limits of a server on the open net.
    package init() {}
}
