import Glibc
import TuttiHTTP
import TuttiHTTPServer

/// Greets, and tells the time 20 times a second to all who follow.
struct EventServer {
    let port: Int
    let loops: Int?

    private struct Handler: RequestHandler {
        let clock: Broadcast
        let silence: Broadcast

        private static let greeting = Array("Hello, world!".utf8)

        func respond(to request: ServerRequest) async throws -> ServerResponse {
            switch request.path {
            case "/events": follow(clock)
            case "/silence": follow(silence)
            default: ServerResponse(headers: ["Content-Type": "text/plain"], body: .bytes(Self.greeting))
            }
        }

        private func follow(_ broadcast: Broadcast) -> ServerResponse {
            ServerResponse(
                headers: ["Content-Type": "text/event-stream"],
                body: .stream(length: nil) { writer in
                    try await writer.write(Array(":\n\n".utf8))
                    _ = try await writer.follow(broadcast, behind: broadcast.lastPlace)
                })
        }
    }

    func run() async throws {
        var configuration = HTTPServerConfiguration(port: port, loops: loops)
        configuration.limits.connectionsMax = 100_000
        let handler = Handler(clock: Broadcast(), silence: Broadcast(heartbeat: .seconds(3600)))
        let server = HTTPServer(configuration: configuration, handler: handler)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run() }
            var place: Int64 = 0
            while true {
                try await Task.sleep(for: .milliseconds(50))
                place += 1
                handler.clock.publish(Array("data: \(MonotonicTime.now())\n\n".utf8), place: place)
            }
        }
    }
}

/// Nanoseconds that all processes of a machine count from the same moment.
enum MonotonicTime {
    static func now() -> Int {
        var time = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return time.tv_sec * 1_000_000_000 + time.tv_nsec
    }
}
