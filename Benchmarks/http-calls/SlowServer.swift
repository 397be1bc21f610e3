import CTuttiSystem
import Glibc
import TuttiRuntime

/// Answers every request that comes in one piece, each after the same time, on one thread.
struct SlowServer {
    let delay: Duration

    private static let answer = Array("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}".utf8)

    func run() {
        let listener = Self.listen()
        let poll = epoll_create1(0)
        Self.watch(listener, on: poll)
        let time = SystemTimekeeper()
        var due: [(time: Duration, socket: Int32)] = []  // in order, since all wait equally long
        var (first, scratch) = (0, [UInt8](repeating: 0, count: 64 << 10))
        while true {
            let limit = first < due.count ? max(0, Int32((due[first].time - time.uptime()) / .milliseconds(1)) + 1) : -1
            var event = unsafe epoll_event()
            if unsafe epoll_wait(poll, &event, 1, limit) == 1 {
                let socket = unsafe Int32(CTuttiSystem_eventMark(event))
                if socket == listener {
                    // All who are there: a queue that is full makes a client try again after a second.
                    while true {
                        let accepted = accept(listener, nil, nil)
                        guard accepted >= 0 else { break }
                        Self.watch(accepted, on: poll)
                    }
                } else if unsafe recv(socket, &scratch, scratch.count, 0) > 0 {
                    due.append((time.uptime() + delay, socket))
                } else {
                    close(socket)
                }
            }
            while first < due.count, due[first].time <= time.uptime() {
                _ = unsafe send(due[first].socket, Self.answer, Self.answer.count, Int32(MSG_NOSIGNAL))
                first += 1
            }
            if first == due.count { (due, first) = ([], 0) }
        }
    }

    private static func watch(_ socket: Int32, on poll: Int32) {
        var event = unsafe CTuttiSystem_event(UInt32(EPOLLIN.rawValue), UInt64(socket))
        _ = unsafe epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event)
    }

    private static func listen() -> Int32 {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        unsafe withUnsafeMutablePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                _ = unsafe bind(listener, pointer, size)
                _ = unsafe getsockname(listener, pointer, &size)
            }
        }
        precondition(Glibc.listen(listener, 4096) == 0, "the server cannot listen")
        print(UInt16(bigEndian: address.sin_port))
        fflush(nil)
        return listener
    }
}
