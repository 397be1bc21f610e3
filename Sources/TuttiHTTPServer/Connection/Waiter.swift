/// Somebody who waits for something of a connection; resumed exactly once, by the connection.
struct Waiter<Value: Sendable>: Sendable {
    let id: UInt64
    let continuation: CheckedContinuation<Value, any Error>
}
