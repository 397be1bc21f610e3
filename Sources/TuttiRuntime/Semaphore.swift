import Glibc

/// A counting semaphore for threads of our own; never to be waited for on the cooperative pool.
///
/// `@unchecked Sendable`: the pointer is set once, and `sem_post` and `sem_wait` may be called from any thread.
@safe package final class Semaphore: @unchecked Sendable {
    private let handle: UnsafeMutablePointer<sem_t>

    package init() {
        unsafe handle = .allocate(capacity: 1)
        let status = unsafe sem_init(handle, 0, 0)
        precondition(status == 0, "sem_init fails only for a value out of range")
    }

    deinit {
        unsafe sem_destroy(handle)
        unsafe handle.deallocate()
    }

    package func signal() { _ = unsafe sem_post(handle) }

    package func wait() {
        while unsafe sem_wait(handle) != 0 {
            precondition(errno == EINTR, "sem_wait fails only when interrupted")
        }
    }
}
