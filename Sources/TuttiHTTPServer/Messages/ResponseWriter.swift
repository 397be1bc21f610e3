/// Writes the body of an answer.
package struct ResponseWriter: Sendable {
    let connection: Connection
    let exchange: UInt64

    /// Sends bytes; waits while more than a limit has not been taken by the client.
    ///
    /// - Throws: ``ClientGone`` when the client has left; `CancellationError` when this task has been cancelled.
    package func write(_ bytes: [UInt8]) async throws {
        try await connection.write(bytes, of: exchange)
    }

    /// Sends all frames of a broadcast behind a place, without a gap, until it is finished.
    ///
    /// Nothing wakes for a frame: the loop writes it to all who follow. A client that takes its frames too slowly is
    /// cut off, and can come back with the last place that it has seen.
    ///
    /// - Returns: ``FollowEnd/finished``, or ``FollowEnd/behind`` when frames behind the place are no longer kept: the
    ///   caller then brings the client up to date from elsewhere, and follows again.
    /// - Throws: ``ClientGone`` when the client has left or was cut off; `CancellationError`; ``ServerEnding`` when the
    ///   server shuts down.
    package func follow(_ broadcast: Broadcast, behind place: Int64) async throws -> FollowEnd {
        try await connection.follow(broadcast, behind: place, of: exchange)
    }

    /// Whether the server is shutting down, and a stream that has no end of its own should come to one.
    package var isServerEnding: Bool { connection.loop.context.isEnding }

    /// Ends the answer where it is, from any task: whoever writes it is cancelled, and the client sees a broken stream.
    package func cutOff() {
        Task { [connection, exchange] in await connection.cutOff(exchange) }
    }
}
