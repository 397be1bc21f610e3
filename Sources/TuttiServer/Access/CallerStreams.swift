import TuttiAccess
import TuttiHTTPServer

/// Lets what is streamed go on as who has asked for it, and no longer than that is known: when the session ends, so does
/// every stream of it.
struct CallerStreams: Sendable {
    let caller: Caller
    let credential: LiveCredential?

    func held(_ body: ResponseBody) -> ResponseBody {
        switch body {
        case .none, .bytes: body
        case .stream(let length, let write):
            .stream(length: length) { writer in
                let watch = credential?.whenStale { writer.cutOff() }
                defer { if let watch { credential?.forget(watch) } }
                try await caller.perform { try await write(writer) }
            }
        case .webSocket(let options, let serve):
            .webSocket(options) { socket in
                let watch = credential?.whenStale { socket.cutOff() }
                defer { if let watch { credential?.forget(watch) } }
                try await caller.perform { try await serve(socket) }
            }
        }
    }
}
