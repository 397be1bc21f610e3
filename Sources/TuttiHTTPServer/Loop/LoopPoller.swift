import CTuttiSystem
import Glibc
import TuttiRuntime

/// The descriptors that one loop watches (epoll(7)). Belongs to the loop's thread.
@safe
struct LoopPoller: ~Copyable {
    private let descriptor: Int32
    private let events: UnsafeMutablePointer<epoll_event>

    private static let eventsMax = 512

    static let readable = UInt32(EPOLLIN.rawValue)
    static let writable = UInt32(EPOLLOUT.rawValue)
    static let peerClosed = UInt32(EPOLLRDHUP.rawValue)
    static let broken = UInt32(EPOLLERR.rawValue) | UInt32(EPOLLHUP.rawValue)

    init() {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        precondition(descriptor >= 0, "no descriptor is left for epoll (error \(errno))")
        unsafe events = .allocate(capacity: Self.eventsMax)
    }

    deinit {
        close(descriptor)
        unsafe events.deallocate()
    }

    /// Tells of everything that happens to a socket, once each time (edge-triggered); false when it cannot.
    func watchEdges(_ socket: Int32, mark: UInt64) -> Bool {
        watch(socket, mark, Self.readable | Self.writable | Self.peerClosed | UInt32(EPOLLET.rawValue))
    }

    /// Tells as long as a descriptor is readable; false when it cannot.
    func watchReadable(_ socket: Int32, mark: UInt64) -> Bool { watch(socket, mark, Self.readable) }

    private func watch(_ socket: Int32, _ mark: UInt64, _ interest: UInt32) -> Bool {
        var event = unsafe CTuttiSystem_event(interest, mark)
        return unsafe epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event) == 0
    }

    func forget(_ socket: Int32) {
        var event = unsafe epoll_event()
        _ = unsafe epoll_ctl(descriptor, EPOLL_CTL_DEL, socket, &event)
    }

    /// Waits until something happens, or for at most `limit` (`nil` is without end), and tells of each thing by its
    /// mark.
    func look(waitingAtMost limit: Duration?, _ body: (UInt64, UInt32) -> Void) {
        let count = unsafe epoll_wait(descriptor, events, Int32(Self.eventsMax), pollTimeout(limit))
        guard count > 0 else { return }  // nothing, or interrupted: the loop asks again
        for index in 0..<Int(count) {
            let event = unsafe events[index]
            unsafe body(CTuttiSystem_eventMark(event), event.events)
        }
    }
}
