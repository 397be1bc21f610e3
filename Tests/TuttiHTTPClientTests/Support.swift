import Testing
import TuttiRuntime

@testable import TuttiHTTPClient

/// A client for one test, shut down at its end.
func withClient<Output>(
    time: any Timekeeper = SystemTimekeeper(), _ change: (inout HTTPClientConfiguration) -> Void = { _ in },
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
