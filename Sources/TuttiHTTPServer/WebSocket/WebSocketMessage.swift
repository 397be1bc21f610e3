/// What is sent over a WebSocket.
package enum WebSocketMessage: Sendable, Hashable {
    case text(String)
    case binary([UInt8])

    /// In bytes, of which a text has those of UTF-8.
    package var size: Int {
        switch self {
        case .text(let text): text.utf8.count
        case .binary(let bytes): bytes.count
        }
    }
}

/// How a WebSocket is to be.
package struct WebSocketOptions: Sendable, Hashable {
    /// The subprotocol that is agreed to; has to be one of those the request offers.
    package var subprotocol: String?
    /// The most bytes of a message, in all its fragments; a longer one closes the socket with 1009.
    package var messageSizeMax: Int
    /// How often the other side is asked whether it is still there; one that shows no life from one ping to the next
    /// is given up.
    package var pingEvery: Duration

    /// Options; without arguments, for messages of up to 1 MiB.
    package init(subprotocol: String? = nil, messageSizeMax: Int = 1 << 20, pingEvery: Duration = .seconds(30)) {
        self.subprotocol = subprotocol
        self.messageSizeMax = messageSizeMax
        self.pingEvery = pingEvery
    }
}
