import TuttiHTTP
import TuttiRuntime

@testable import TuttiHTTPServer

/// A handler out of closures.
struct TestHandler: RequestHandler {
    var plan = RequestPlan()
    let body: @Sendable (ServerRequest) async throws -> ServerResponse

    init(
        _ plan: RequestPlan = RequestPlan(), _ body: @escaping @Sendable (ServerRequest) async throws -> ServerResponse
    ) {
        self.plan = plan
        self.body = body
    }

    func plan(for head: inout ServerRequest) -> RequestPlan { plan }

    func respond(to request: ServerRequest) async throws -> ServerResponse { try await body(request) }

    /// Gives back what it gets.
    static let echo = TestHandler { request in
        ServerResponse(body: .bytes(try await request.body.collect(upTo: 1 << 20)))
    }
}

/// A server for one test, ended at once when the test is over.
func withServer<Output: Sendable>(
    _ handler: some RequestHandler, clock: any Timekeeper = SystemTimekeeper(),
    _ change: (inout HTTPServerConfiguration) -> Void = { _ in },
    _ body: @escaping @Sendable (HTTPServer, Int) async throws -> Output
) async throws -> Output {
    var configuration = HTTPServerConfiguration(loops: 2)
    change(&configuration)
    let server = HTTPServer(configuration: configuration, handler: handler, clock: clock)
    return try await withThrowingTaskGroup(of: Output?.self) { group in
        group.addTask {
            try await server.run()
            return nil
        }
        group.addTask { try await body(server, server.boundPort) }
        defer { group.cancelAll() }
        while let output = try await group.next() {
            if let output { return output }
        }
        throw CancellationError()
    }
}

/// Waits until something is so, without waiting for time.
func until(_ condition: () -> Bool) async {
    while !condition() { await Task.yield() }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

/// A request without a body.
func get(_ path: String = "/", _ fields: String = "") -> String {
    "GET \(path) HTTP/1.1\r\nHost: test\r\n\(fields)\r\n"
}
