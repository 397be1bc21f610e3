/// An open WebSocket, in the hands of the closure that was given with the answer.
package struct WebSocket: Sendable {
    let connection: Connection
    let exchange: UInt64

    /// The next message; nil when either side has closed. While nobody receives, no more than a few messages are taken
    /// from the socket, so a slow receiver slows the sender.
    ///
    /// - Throws: ``ClientGone`` when the connection has broken without a close; `CancellationError` when this task has
    ///   been cancelled.
    package func receive() async throws -> WebSocketMessage? {
        try await connection.receiveMessage(of: exchange)
    }

    /// Sends a text; waits while more than a limit has not been taken by the client.
    ///
    /// - Throws: ``ClientGone`` when the socket has been closed or broken; `CancellationError`.
    package func send(text: String) async throws {
        try await connection.send(WebSocketFrame.bytes(.text, text.utf8), of: exchange)
    }

    /// Sends bytes; waits while more than a limit has not been taken by the client.
    ///
    /// - Throws: ``ClientGone`` when the socket has been closed or broken; `CancellationError`.
    package func send(binary bytes: [UInt8]) async throws {
        try await connection.send(WebSocketFrame.bytes(.binary, bytes), of: exchange)
    }

    /// Says goodbye, and waits until the other side has, too, or a limit has passed. A code that may not be sent
    /// becomes 1000. Does nothing when the socket is closed already.
    package func close(code: WebSocketCloseCode = .normal, reason: String = "") async {
        await connection.closeWebSocket(code.isSendable ? code : .normal, reason, of: exchange)
    }

    /// Breaks the connection, from any task: whoever serves the socket is cancelled.
    package func cutOff() {
        Task { [connection, exchange] in await connection.cutOff(exchange) }
    }
}
