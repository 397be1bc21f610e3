import TestServer
import Testing
import TuttiModels

@testable import TuttiProviders

/// Calls that are given up.
@Suite struct CancellationTests {
    private struct Enough: Error {}

    @Test func whileItWaitsForTheAnswer() async throws {
        let (asked, closed) = (Signal(), Signal())
        let host = ModelHost { _, connection in
            asked.give()
            connection.waitForClose()
            closed.give()
        }
        let provider = try host.provider()
        let call = Task { try await provider.answer() }
        await asked.wait()
        call.cancel()
        await closed.wait()
        await #expect(throws: CancellationError.self) { try await call.value }
    }

    @Test func whileSomebodyIsTold() async throws {
        let (told, closed) = (Signal(), Signal())
        let host = ModelHost { _, connection in
            connection.startStream()
            connection.chunk(Samples.chat("Hel"))
            connection.waitForClose()
            closed.give()
        }
        let provider = try host.provider()
        let call = Task {
            try await provider.answer(Samples.request) { _ in
                told.give()
                await closed.wait()  // ignores that it is cancelled, and the connection is closed all the same
            }
        }
        await told.wait()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
    }

    @Test func whatTellThrowsEndsTheCall() async throws {
        let closed = Signal()
        let host = ModelHost { _, connection in
            connection.startStream()
            connection.chunk(Samples.chat("Hel"))
            connection.waitForClose()
            closed.give()
        }
        let provider = try host.provider()
        await #expect(throws: Enough.self) {
            try await provider.answer(Samples.request) { _ in throw Enough() }
        }
        await closed.wait()
    }

    @Test func whileTheBodyOfAnErrorComes() async throws {
        let (asked, closed) = (Signal(), Signal())
        let host = ModelHost { _, connection in
            connection.send("HTTP/1.1 500 No\r\nContent-Length: 100\r\n\r\n{")
            asked.give()
            connection.waitForClose()
            closed.give()
        }
        let provider = try host.provider()
        let call = Task { try await provider.answer() }
        await asked.wait()
        call.cancel()
        await closed.wait()
        await #expect(throws: CancellationError.self) { try await call.value }
    }
}
