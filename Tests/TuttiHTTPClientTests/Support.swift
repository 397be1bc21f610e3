import Glibc
import TestServer
import Testing
import TuttiHTTP
import TuttiRuntime

@testable import TuttiHTTPClient
@testable import TuttiHTTPServer

/// A client for one test, shut down at its end. Its calls are carried out on a thread of its own, or on a loop of a
/// server when `TUTTI_CALLS_ON_LOOP` is set: all that is promised of it holds there, too.
func withClient<Output>(
    time: any Timekeeper = SystemTimekeeper(), _ change: (inout HTTPClientConfiguration) -> Void = { _ in },
    _ body: (HTTPClient) async throws -> Output
) async throws -> Output {
    guard unsafe getenv("TUTTI_CALLS_ON_LOOP") != nil else { return try await withClientAnywhere(time, change, body) }
    return try await withLoop { _ in try await withClientAnywhere(time, change, body) }
}

private func withClientAnywhere<Output>(
    _ time: any Timekeeper, _ change: (inout HTTPClientConfiguration) -> Void,
    _ body: (HTTPClient) async throws -> Output
) async throws -> Output {
    var configuration = HTTPClientConfiguration()
    // Long enough for a busy machine; what a test is about it sets itself.
    configuration.timeouts = HTTPTimeouts(
        connect: .seconds(60), firstByte: .seconds(60), idle: .seconds(60), total: .seconds(60))
    change(&configuration)
    let client = HTTPClient(configuration, time: time, whenPaused: {})
    do {
        let output = try await body(client)
        await client.shutDown()
        return output
    } catch {
        await client.shutDown()
        throw error
    }
}

/// A loop of a server without connections, on which the body runs; it ends afterwards.
func withLoop<Output>(_ body: (ServerLoop) async throws -> Output) async throws -> Output {
    let context = ServerContext(limits: HTTPServerLimits(), handler: Nobody(), clock: SystemTimekeeper())
    let (loop, ended) = (ServerLoop(context: context), Signal())
    PosixThread.start(name: "test-loop") {
        loop.run()
        ended.give()
    }
    let result: Result<Output, any Error>
    do {
        result = .success(
            try await withTaskExecutorPreference(loop) {
                await Task.yield()  // a task goes over to what it prefers when it has waited
                return try await body(loop)
            })
    } catch {
        result = .failure(error)
    }
    loop.perform { loop.drain() }
    await ended.wait()
    return try result.get()
}

private struct Nobody: RequestHandler {
    func respond(to request: ServerRequest) async throws -> ServerResponse { ServerResponse(status: 503) }
}

/// What a call fails with.
func failure(_ body: () async throws(HTTPClientError) -> some Any) async -> HTTPClientError? {
    do throws(HTTPClientError) {
        _ = try await body()
        return nil
    } catch {
        return error
    }
}

func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
