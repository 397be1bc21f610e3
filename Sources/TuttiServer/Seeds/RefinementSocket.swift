import FoundationEssentials
import TuttiCore
import TuttiEngine
import TuttiHTTP
import TuttiHTTPServer
import TuttiReadings
import TuttiStore
import TuttiTeams

/// Watching a session over a WebSocket: `WS /ws/refinement/{id}`.
struct RefinementSocket: Sendable {
    let sessions: RefinementSessions

    private static let session = Parameter<String>.path("session", "The session.") { $0 }
    private static let after = Parameter<Int>.integer(
        "after", "Only events with a higher sequence; all from the start unless given.", in: 0...1_000_000, default: 0)

    /// More than that nobody has to say who only watches.
    private static let messageSizeMax = 4096

    var route: Route {
        Route(
            .get, "/ws/refinement/{session}", "watchRefinement", .refinement,
            "Watches a session over a WebSocket: what has happened, then what happens.",
            details: """
                Each message is an object with `type`, `data`, `timestamp` and `sequence`. Any text is answered by \
                `{"type":"pong"}`. The socket is closed when the session has its end.
                """, parameters: [Self.session.description, Self.after.description],
            answers: [
                .empty(101, "The WebSocket."), RefinementRoutes.unknown, RefinementRoutes.ambiguous,
                .problem(426, "It is no request for a WebSocket."),
            ]
        ) { request in
            let session = try await sessions.session(try request[Self.session])
            let after = try request[Self.after]
            guard request.request.headers.hasToken("websocket", of: "Upgrade") else {
                throw Problem(
                    426, "upgrade_required", "this address speaks WebSocket only", headers: ["Upgrade": "websocket"])
            }
            return ServerResponse(
                status: 101,
                body: .webSocket(WebSocketOptions(messageSizeMax: Self.messageSizeMax)) { socket in
                    try await serve(socket, session, after: after)
                })
        }
    }

    private func serve(_ socket: WebSocket, _ session: RefinementSessions.Session, after: Int) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while try await socket.receive() != nil { try await socket.send(text: #"{"type":"pong"}"#) }
            }
            group.addTask { try await tell(socket, session, after: after) }
            defer { group.cancelAll() }
            // Whoever leaves first ends it: the watcher, or the session.
            try await group.next()
        }
    }

    private func tell(_ socket: WebSocket, _ session: RefinementSessions.Session, after: Int) async throws {
        let input = session.table.input
        var translator = RefinementTranslator(
            session: session.id, maxIterations: input.maxIterations,
            critics: input.critics + (input.panel?.participants.map(\.name) ?? []))
        let run = session.record.summary.id
        var last = ""
        for try await event in sessions.reads.engine.handle(of: run, as: JSONValue.self).events {
            let report = event.type == "run.completed" ? try await report(of: session) : nil
            for told in translator.translate(event, report: report) {
                if told.sequence > after {
                    try await socket.send(text: String(decoding: try CompactJSON.encode(told), as: UTF8.self))
                }
                last = told.type
            }
        }
        // The events of a run end with it, and go on when it is taken up again: a failure may have been made good.
        if RefinementTranslator.isLast(last) { return await socket.close(reason: "the session has ended") }
        // It was left without an end: whoever takes it up again tells more.
        await socket.close(code: .goingAway, reason: "the session is not being worked on; come back when it is resumed")
    }

    private func report(of session: RefinementSessions.Session) async throws -> JSONValue {
        let ended = try await sessions.session(session.id.text)
        guard let result = ended.table.result else { return .null }
        let bytes = try CompactJSON.encode(SessionReportView(ended, result))
        return .stored(.init(bytes))
    }
}
