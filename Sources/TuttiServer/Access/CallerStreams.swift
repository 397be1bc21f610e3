import TuttiAccess
import TuttiCore
import TuttiHTTPServer
import TuttiRuntime

/// Lets what is streamed go on as who has asked for it, and no longer than that is known: when the session ends, so
/// does every stream of it.
struct CallerStreams: Sendable {
    let caller: Caller
    let credential: LiveCredential?
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
        let watch = credential?.whenStale(cutOff)
        // What ends by itself, such as a key with a last day, is told by nobody.
        let end = credential?.expires.map { expires in
            Task { [clock] in
                try await clock.sleep(for: expires - clock.now())
                cutOff()
            }
        }
        defer {
            if let watch { credential?.forget(watch) }
            end?.cancel()
        }
        try await caller.perform(body)
    }
}
