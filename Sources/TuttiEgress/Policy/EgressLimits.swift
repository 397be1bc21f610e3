/// What a sandboxed program may use of the network at most.
package struct EgressLimits: Sendable, Hashable {
    /// Bytes that one connection may send.
    package var bytesUp = 64 << 20
    /// Bytes that one connection may receive.
    package var bytesDown = 1 << 30
    /// Bytes that all connections of a run may send.
    package var bytesUpTotal = 256 << 20
    /// Bytes that all connections of a run may receive.
    package var bytesDownTotal = 4 << 30
    /// How long one connection may be there.
    package var time: Duration = .seconds(600)
    /// Connections at one time.
    package var connections = 128
    /// Requests of a run, refused ones included: each is written to the audit log.
    package var requests = 10_000
    /// How long it may take to learn where a name leads to.
    package var resolveTime: Duration = .seconds(10)
    /// How long it may take until a machine answers.
    package var connectTime: Duration = .seconds(10)
    /// How long it may take until the head of a request is there.
    package var headTime: Duration = .seconds(10)
    /// Bytes of the head of a request, and of an answer.
    package var headBytes = 32 << 10

    /// The usual limits.
    package init() {}
}
