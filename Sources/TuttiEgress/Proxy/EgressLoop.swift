import Glibc
import TuttiRuntime

/// The one thread of a proxy: takes connections, and moves each on when its sockets tell that they are ready.
final class EgressLoop {
    private let socket: SocketFile
    private let bell: Bell
    private let context: EgressContext
    private let isEnding: () -> Bool
    private var connections: [Int: EgressConnection] = [:]
    private var requests = 0
    private var hasToldOfRequests = false
    /// Until when no connection is taken, as the system has no descriptor left.
    private var pauseEnd: Duration?

    private static let pause: Duration = .milliseconds(50)
    /// Connections that are taken before others have their turn.
    private static let acceptsMax = 16

    init(_ socket: SocketFile, bell: Bell, context: EgressContext, isEnding: @escaping () -> Bool) {
        self.socket = socket
        self.bell = bell
        self.context = context
        self.isEnding = isEnding
    }

    /// Works until it is told to end. Then no connection and no file is left.
    func run() {
        while !isEnding() { turn() }
        for number in connections.keys.sorted() { connections[number]?.end(.closed) }
        connections = [:]
        context.lookups.close()
        socket.remove()
    }

    private func turn() {
        let now = context.now
        if let end = pauseEnd, now >= end { pauseEnd = nil }
        var order: [EgressConnection] = []
        var polled = [
            Self.polled(bell.descriptor, POLLIN), Self.polled(socket.descriptor, pauseEnd == nil ? POLLIN : nil),
        ]
        for connection in connections.values {
            order.append(connection)
            polled.append(Self.polled(connection.client, connection.clientEvents))
            polled.append(Self.polled(connection.upstream, connection.upstreamEvents))
        }
        let wake = (order.map(\.deadline) + [pauseEnd].compactMap { $0 }).min()
        let count = unsafe poll(&polled, nfds_t(polled.count), pollTimeout(wake.map { $0 - now }))
        precondition(
            count >= 0 || errno == EINTR || errno == EAGAIN || errno == ENOMEM, "poll fails only when interrupted")
        if count > 0 { serve(polled, order) }
        let later = context.now
        for connection in order { connection.look(at: later) }
        for connection in order where connection.isClosed { connections[connection.number] = nil }
    }

    private func serve(_ polled: [pollfd], _ order: [EgressConnection]) {
        if polled[0].revents != 0 {
            bell.hush()
            for (request, addresses) in context.lookups.take() { connections[request]?.resolved(addresses) }
        }
        for (index, connection) in order.enumerated() {
            let (client, upstream) = (polled[2 + 2 * index], polled[3 + 2 * index])
            if client.revents != 0, !connection.isClosed { connection.clientIsReady(Int32(client.revents)) }
            // The first may have closed the second, whose number may be another's by now.
            if upstream.revents != 0, connection.upstream == upstream.fd {
                connection.upstreamIsReady(Int32(upstream.revents))
            }
        }
        if polled[1].revents != 0 { accept() }
    }

    private static func polled(_ descriptor: Int32, _ events: Int32?) -> pollfd {
        guard let events else { return pollfd(fd: -1, events: 0, revents: 0) }
        return pollfd(fd: descriptor, events: Int16(events), revents: 0)
    }

    private func accept() {
        for _ in 0..<Self.acceptsMax {
            guard let reserve = Bell.placeholder() else { return rest() }
            switch StreamSocket.accept(socket.descriptor) {
            case .success(let client): take(client, reserve)
            case .failure(let fault):
                close(reserve)
                return fault.isShortage ? rest() : ()
            }
        }
    }

    private func rest() { pauseEnd = context.now + Self.pause }

    private func take(_ client: Int32, _ reserve: Int32) {
        requests += 1
        let connection = EgressConnection(client, reserve: reserve, number: requests, context: context)
        connections[requests] = connection
        if requests > context.limits.requests {
            // Whoever asks on and on does not fill the log.
            let wasTold = hasToldOfRequests
            hasToldOfRequests = true
            if wasTold { connection.say(.requests) } else { connection.refuse(.requests) }
        } else if connections.values.count(where: \.isServed) > context.limits.connections {
            connection.refuse(.connections)
        }
        if connections.count > context.limits.connections + Self.refusedMax { connection.closeBoth() }
        if connection.isClosed { connections[connection.number] = nil }
    }

    /// Connections that are being told that there are too many.
    private static let refusedMax = 32
}
