/// How long a call may take, each part by itself; a part that takes longer ends the call with an error of its own.
package struct HTTPTimeouts: Sendable, Hashable {
    /// From the beginning of the lookup of the name until the connection is there, TLS included. Waiting for a turn
    /// (see ``HTTPClientConfiguration/callsPerHostMax``) is not part of it.
    package var connect: Duration
    /// From then until the first byte of the answer; sending the request is part of it.
    package var firstByte: Duration
    /// From the connection until the reader says that what matters has come (``HTTPBody/noteContent()``), however much
    /// has come before; `nil` for readers that do not say so.
    package var firstContent: Duration?
    /// Between two pieces of the answer. Time in which the reader does not take what is there does not count.
    package var idle: Duration
    /// From the call until the last byte of the answer, waiting for a turn and for the reader included.
    package var total: Duration

    /// The times that fit calls to models, which may think for long before they say anything.
    package init(
        connect: Duration = .seconds(10), firstByte: Duration = .seconds(300), firstContent: Duration? = nil,
        idle: Duration = .seconds(120), total: Duration = .seconds(600)
    ) {
        self.connect = connect
        self.firstByte = firstByte
        self.firstContent = firstContent
        self.idle = idle
        self.total = total
    }

    /// The shortest and the longest time that may be asked for.
    static let range = Duration.milliseconds(1)...Duration.seconds(24 * 3600)

    /// Each time with its name, for checks.
    var named: [(name: String, value: Duration)] {
        [("connect", connect), ("firstByte", firstByte), ("idle", idle), ("total", total)]
            + (firstContent.map { [("firstContent", $0)] } ?? [])
    }
}
