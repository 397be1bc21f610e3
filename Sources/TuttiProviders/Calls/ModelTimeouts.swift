/// How long a call of a model may take, each part by itself; a part that takes longer ends the call with `timed_out`,
/// or with `unreachable` while there is no connection.
public struct ModelTimeouts: Sendable, Hashable {
    /// Until the connection is there.
    public var connect: Duration
    /// From then until the first part of the answer: text, a thought or a tool call. Signs of life that providers send
    /// meanwhile do not count.
    public var firstToken: Duration
    /// Between two pieces, signs of life among them.
    public var idle: Duration
    /// From the call to its end, whoever keeps whom waiting.
    public var total: Duration

    /// Limits that let models think for long.
    public init(
        connect: Duration = .seconds(10), firstToken: Duration = .seconds(300), idle: Duration = .seconds(120),
        total: Duration = .seconds(600)
    ) {
        self.connect = connect
        self.firstToken = firstToken
        self.idle = idle
        self.total = total
    }
}
