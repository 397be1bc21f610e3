import CTuttiSystem
import Glibc
import TuttiRuntime

/// Many who follow one server's events, on one thread.
struct Followers {
    let port: Int
    /// The server's.
    let pid: Int
    let count: Int

    /// Prints what each delivery took of the server's processor, and how late it was.
    func measureEvents(seconds: Int) {
        let sockets = open("/events")
        let poll = epoll_create1(0)
        for socket in sockets {
            var event = unsafe CTuttiSystem_event(UInt32(EPOLLIN.rawValue), UInt64(socket))
            _ = unsafe epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event)
        }
        _ = collect(poll, nanoseconds: 1_000_000_000)  // until all are there
        let before = processorTime()
        let delays = collect(poll, nanoseconds: seconds * 1_000_000_000).sorted()
        let used = processorTime() - before
        guard !delays.isEmpty else { return print("nothing was delivered") }
        let microseconds = Double(used) / 1000 / Double(delays.count)
        print(
            "\(delays.count) deliveries, \(rounded(microseconds)) µs of processor each,",
            "p50 \(rounded(Double(delays[delays.count / 2]) / 1e6)) ms,",
            "p99 \(rounded(Double(delays[delays.count * 99 / 100]) / 1e6)) ms late")
    }

    /// Prints what each stream takes of the server's memory.
    func measureMemory() {
        let before = memory()
        let sockets = open("/silence")
        var space = [UInt8](repeating: 0, count: 4096)
        for socket in sockets { _ = unsafe recv(socket, &space, space.count, 0) }
        usleep(1_000_000)
        let used = memory() - before
        print(
            "\(sockets.count) streams, \(used) KiB, \(rounded(Double(used) / Double(max(1, sockets.count)))) KiB each")
    }

    private func open(_ path: String) -> [Int32] {
        OpenFileLimit.raise()
        let request = Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".utf8)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return (0..<count).map { _ in
            let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            let status = unsafe withUnsafePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            precondition(status == 0, "the server takes no connection (error \(errno))")
            _ = unsafe send(socket, request, request.count, 0)
            return socket
        }
    }

    /// How late each event was, in nanoseconds.
    private func collect(_ poll: Int32, nanoseconds: Int) -> [Int] {
        let end = MonotonicTime.now() + nanoseconds
        var (events, space) = (
            unsafe [epoll_event](repeating: epoll_event(), count: 256), [UInt8](repeating: 0, count: 1 << 16)
        )
        var delays: [Int] = []
        while MonotonicTime.now() < end {
            let count = unsafe epoll_wait(poll, &events, 256, 100)
            for index in 0..<Int(max(0, count)) {
                let socket = unsafe Int32(CTuttiSystem_eventMark(events[index]))
                let size = unsafe recv(socket, &space, space.count, 0)
                guard size > 0 else { continue }
                let now = MonotonicTime.now()
                for time in times(in: space[..<size]) { delays.append(now - time) }
            }
        }
        return delays
    }

    /// The numbers behind `data: `.
    private func times(in bytes: ArraySlice<UInt8>) -> [Int] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard line.starts(with: "data: ".utf8) else { return nil }
            return Int(String(decoding: line.dropFirst(6), as: UTF8.self))
        }
    }

    /// Nanoseconds that the server has used of its processors (proc(5), fields 14 and 15 of `stat`).
    private func processorTime() -> Int {
        let fields = text("stat").split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.count > 12 ? (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0) : 0
        return ticks * (1_000_000_000 / sysconf(Int32(_SC_CLK_TCK)))
    }

    /// KiB that the server has for itself (proc(5), `smaps_rollup`).
    private func memory() -> Int {
        text("smaps_rollup").split(separator: "\n").reduce(0) { sum, line in
            guard line.hasPrefix("Private_"), let size = line.split(separator: " ").dropFirst().first else {
                return sum
            }
            return sum + (Int(size) ?? 0)
        }
    }

    private func text(_ name: String) -> String {
        let file = unsafe Glibc.open("/proc/\(pid)/\(name)", O_RDONLY)
        defer { close(file) }
        var space = [UInt8](repeating: 0, count: 1 << 14)
        let size = unsafe read(file, &space, space.count)
        return String(decoding: space.prefix(max(0, size)), as: UTF8.self)
    }

    private func rounded(_ number: Double) -> Double { (number * 100).rounded() / 100 }
}
