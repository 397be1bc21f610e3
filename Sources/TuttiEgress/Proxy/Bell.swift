import CTuttiSystem
import Glibc
import Synchronization

/// Wakes a loop that waits for descriptors.
final class Bell: Sendable {
    private let target: Mutex<Int32>
    /// Readable when it was rung.
    let descriptor: Int32

    /// - Throws: ``EgressError``
    init() throws(EgressError) {
        descriptor = eventfd(0, Int32(EFD_NONBLOCK) | Int32(EFD_CLOEXEC))
        guard descriptor >= 0 else { throw .system("no descriptor is left to wake the egress proxy by", errno) }
        target = Mutex(descriptor)
    }

    deinit { close() }

    /// A descriptor that is good for nothing but to be closed when another one is needed; `nil` when none is left.
    static func placeholder() -> Int32? {
        let descriptor = eventfd(0, Int32(EFD_CLOEXEC))
        return descriptor >= 0 ? descriptor : nil
    }

    func ring() {
        target.withLock { descriptor in
            if descriptor >= 0 { _ = eventfd_write(descriptor, 1) }
        }
    }

    func hush() {
        var count: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor, &count)
    }

    func close() {
        target.withLock { descriptor in
            if descriptor >= 0 { _ = Glibc.close(descriptor) }
            descriptor = -1
        }
    }
}
