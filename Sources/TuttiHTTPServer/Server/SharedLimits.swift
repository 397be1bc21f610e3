/// Limits at the size of a pointer, for the machines of each connection.
final class SharedLimits: Sendable {
    let value: HTTPServerLimits

    init(_ value: HTTPServerLimits) { self.value = value }
}
