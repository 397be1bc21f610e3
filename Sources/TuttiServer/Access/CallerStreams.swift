import TuttiAccess
import TuttiCore
import TuttiHTTPServer
import TuttiRuntime

/// Lets what is streamed go on as who has asked for it, and no longer than that is known: when the session ends, so
/// does every stream of it.
struct CallerStreams: Sendable {
    let caller: Caller
    let credential: LiveCredential?
    let gate: AccessGate
    let clock: any Timekeeper

    func held(_ body: ResponseBody) -> ResponseBody {
        switch body {
        case .none, .bytes: body
        case .stream(let length, let write):
            .stream(length: length) { writer in
                try await hold({ writer.cutOff() }) { try await write(writer) }
            }
        case .webSocket(let options, let serve):
            .webSocket(options) { socket in
                try await hold({ socket.cutOff() }) { try await serve(socket) }
            }
        }
    }

    private func hold(_ cutOff: @escaping @Sendable () -> Void, _ body: () async throws -> Void) async throws {
        let watched = try await watched(cutOff)
        // What ends by itself, such as a key with a last day, is told by nobody.
        let end = credential?.expires.map { expires in
            Task { [clock] in
                try await clock.sleep(for: expires - clock.now())
                cutOff()
            }
        }
        defer {
            if let watched { watched.credential.forget(watched.number) }
            end?.cancel()
        }
        try await caller.perform(body)
    }

    /// Has the stream cut off when the credential ends. What has become stale since the request came may have changed,
    /// or is only to be read again.
    ///
    /// - Throws: `CancellationError` when it has ended already.
    private func watched(
        _ cutOff: @escaping @Sendable () -> Void
    ) async throws -> (credential: LiveCredential, number: Int)? {
        guard var credential else { return nil }
        while true {
            if let number = credential.whenStale(cutOff) { return (credential, number) }
            guard let renewed = await gate.renewed(credential, at: clock.now()) else { throw CancellationError() }
            credential = renewed
        }
    }
}
