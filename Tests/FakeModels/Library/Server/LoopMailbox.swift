import CTuttiSystem
import Glibc
import Synchronization

/// What other threads have to tell the server's thread.
final class LoopMailbox: Sendable {
    enum Message: Sendable {
        /// The gate at which a connection waits has moved.
        case gateMoved(socket: Int32, serial: Int)
        case stop
    }

    /// Readable while something is in the box.
    let descriptor: Int32
    private let messages = Mutex<[Message]>([])

    init() {
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        precondition(descriptor >= 0, "no descriptor is left for a mailbox (error \(errno))")
    }

    deinit { close(descriptor) }

    func post(_ message: Message) {
        messages.withLock { $0.append(message) }
        var one: UInt64 = 1
        _ = unsafe write(descriptor, &one, MemoryLayout<UInt64>.size)
    }

    func take() -> [Message] {
        var count: UInt64 = 0
        _ = unsafe read(descriptor, &count, MemoryLayout<UInt64>.size)
        return messages.withLock { messages in
            defer { messages = [] }
            return messages
        }
    }
}
