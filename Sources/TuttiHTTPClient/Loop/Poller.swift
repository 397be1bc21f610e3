import CTuttiSystem
import Glibc
import TuttiRuntime

/// The descriptors of which something is awaited (epoll(7)). Belongs to the loop's thread.
@safe
struct Poller: ~Copyable {
    /// Readable itself while something can be done.
    let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    /// What one look takes at most; the rest comes with the next.
    private static let eventsMax = 1024

    init() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(descriptor >= 0, "no descriptor is left for epoll (error \(errno))")
        unsafe events = .allocate(capacity: Self.eventsMax)
    }

    deinit {
        close(descriptor)
        unsafe events.deallocate()
    }

    static let readable = UInt32(EPOLLIN.rawValue)
    static let writable = UInt32(EPOLLOUT.rawValue)
    static let broken = UInt32(EPOLLERR.rawValue) | UInt32(EPOLLHUP.rawValue)

    /// Watches a socket from now on, or watches it for something else.
    func watch(_ socket: Int32, for events: UInt32) {
        var event = unsafe CTuttiSystem_event(events, UInt64(socket))
        if unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0 { return }
        // What else may go wrong (memory, a socket that is closed already) ends in one of the call's time limits.
        if errno == EEXIST { _ = unsafe epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event) }
    }

    func forget(_ socket: Int32) {
        var event = unsafe epoll_event()
        _ = unsafe epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, &event)
    }

    /// Waits until something can be done, or for at most `limit` (nil is without end); gives what that is.
    func wait(atMost limit: Duration?) -> [(socket: Int32, events: UInt32)] {
        let count = unsafe epoll_wait(descriptor, events, Int32(Self.eventsMax), pollTimeout(limit))
        guard count > 0 else { return [] }  // nothing, or interrupted: the loop asks again
        return (0..<Int(count)).map { index in
            unsafe (Int32(CTuttiSystem_eventMark(events[index])), events[index].events)
        }
    }
}
