import Glibc

/// A counting semaphore for threads of our own; never to be waited for on the cooperative pool.
///
/// `@unchecked Sendable`: the pointer is set once, and `sem_post` and `sem_wait` may be called from any thread.
@safe package final class Semaphore: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<sem_t>

    /// A semaphore whose count is 0.
    package init() {
        unsafe handle = .allocate(capacity: 1)
        let status = unsafe sem_init(handle, 0, 0)
        precondition(status == 0, "sem_init fails only for a value out of range")
    }

    deinit {
        unsafe sem_destroy(handle)
        unsafe handle.deallocate()
    }

    /// Raises the count, and lets one thread that waits go on.
    package func signal() { _ = unsafe sem_post(handle) }

    /// Waits until the count is above 0, and lowers it.
    package func wait() {
        while unsafe sem_wait(handle) != 0 {
            precondition(errno == EINTR, "sem_wait fails only when interrupted")
        }
    }
}
