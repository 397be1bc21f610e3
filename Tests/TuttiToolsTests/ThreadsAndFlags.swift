import Synchronization
import TuttiRuntime

/// Set once, by another thread.
final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .acquiring) }
    func set() { value.store(true, ordering: .releasing) }
}

/// A thread that can be waited for.
struct Thread {
    private let ended = Semaphore()

    static func started(_ body: @escaping @Sendable () -> Void) -> Thread {
        let thread = Thread()
        let ended = thread.ended
        PosixThread.start(name: "test") {
            body()
            ended.signal()
        }
        return thread
    }

    func join() { ended.wait() }
}
