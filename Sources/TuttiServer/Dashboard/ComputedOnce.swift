import Synchronization

/// A value that is made when somebody first asks for it, once: a server that has just begun answers sooner, and what
/// nobody asks for takes no room.
final class ComputedOnce<Value: Sendable>: Sendable {
    private let made = Mutex<Value?>(nil)
    private let make: @Sendable () -> Value

    init(_ make: @escaping @Sendable () -> Value) { self.make = make }

    var value: Value {
        made.withLock { known in
            if let known { return known }
            let value = make()
            known = value
            return value
        }
    }
}
