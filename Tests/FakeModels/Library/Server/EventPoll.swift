import CTuttiSystem
import Glibc

/// The sockets of which something is awaited (epoll(7)). Belongs to the server's thread.
@safe
struct EventPoll: ~Copyable {
    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>

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

    static let readable = UInt32(EPOLLIN.rawValue) | UInt32(EPOLLRDHUP.rawValue)
    static let writable = UInt32(EPOLLOUT.rawValue)

    func add(_ socket: Int32, for events: UInt32) { control(EPOLL_CTL_ADD, socket, events) }

    func change(_ socket: Int32, to events: UInt32) { control(EPOLL_CTL_MOD, socket, events) }

    private func control(_ operation: Int32, _ socket: Int32, _ events: UInt32) {
        var event = unsafe CTuttiSystem_event(events, UInt64(socket))
        let status = unsafe epoll_ctl(descriptor, operation, socket, &event)
        precondition(status == 0, "a socket cannot be watched (error \(errno))")
    }

    /// Waits for at most so many milliseconds (-1 is without end), and says what can be done with which sockets.
    func wait(milliseconds: Int32) -> [(socket: Int32, events: UInt32)] {
        let count = unsafe epoll_wait(descriptor, events, Int32(Self.eventsMax), milliseconds)
        return (0..<Int(max(0, count))).map { index in
            unsafe (Int32(CTuttiSystem_eventMark(events[index])), events[index].events)
        }
    }
}
