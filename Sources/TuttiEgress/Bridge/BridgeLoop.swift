import Glibc
import TuttiRuntime

/// Forwards connections from a port to a socket file, on the thread that calls it, until a program has ended.
struct BridgeLoop {
    private let listener: Int32
    private let socketPath: String
    private let ending: Int32
    private var connections: [BridgedConnection] = []
    /// A connection that there was no second descriptor for; no other is taken before it has one.
    private var waiting: Int32?
    /// Whether the system had no descriptor left.
    private var isShort = false

    /// How long a machine without descriptors is left alone, when no connection of ours could free one.
    private static let pause: Duration = .milliseconds(50)

    init(listener: Int32, socketPath: String, ending: Int32) {
        self.listener = listener
        self.socketPath = socketPath
        self.ending = ending
    }

    mutating func run() {
        while true {
            if let near = waiting {
                waiting = nil
                forward(near)
            }
            let mayAccept = !isShort && connections.count < EgressBridge.connectionsMax
            var polled = [
                pollfd(fd: ending, events: Int16(POLLIN), revents: 0),
                pollfd(fd: mayAccept ? listener : -1, events: Int16(POLLIN), revents: 0),
            ]
            for connection in connections { polled += connection.polled }
            let count = unsafe poll(&polled, nfds_t(polled.count), pollTimeout(isShort ? Self.pause : nil))
            isShort = false
            guard count > 0 else { continue }
            if polled[0].revents != 0 { break }
            for index in connections.indices {
                let (near, far) = (polled[2 + 2 * index].revents, polled[3 + 2 * index].revents)
                if near != 0 || far != 0 { connections[index].pump(near: Int32(near), far: Int32(far)) }
            }
            for connection in connections where connection.isOver { connection.close() }
            connections.removeAll(where: \.isOver)
            if polled[1].revents != 0 { accept() }
        }
        for connection in connections { connection.close() }
        if let waiting { close(waiting) }
    }

    private mutating func accept() {
        switch StreamSocket.accept(listener) {
        case .failure(let fault): isShort = fault.isShortage
        case .success(let near): forward(near)
        }
    }

    private mutating func forward(_ near: Int32) {
        switch StreamSocket.connect(toPath: socketPath) {
        case .success(let far): connections.append(BridgedConnection(near: near, far: far))
        case .failure(let fault) where fault.isShortage:
            waiting = near
            isShort = true
        case .failure: close(near)  // the proxy is gone, or has more waiting than it can take
        }
    }
}
