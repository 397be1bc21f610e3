import TuttiHTTP

/// How a request is to be handled, decided by its head alone.
package struct RequestPlan: Sendable, Hashable {
    /// The most bytes of the request's body: more are answered with 413, at once when the head says so.
    package var bodySizeMax: Int
    /// Whether the handler is to run on the global pool, since it computes for longer than a loop may stand still.
    package var runsElsewhere: Bool

    /// A plan; without arguments, one for small bodies on the loop.
    package init(bodySizeMax: Int = 1 << 20, runsElsewhere: Bool = false) {
        self.bodySizeMax = bodySizeMax
        self.runsElsewhere = runsElsewhere
    }
}

/// Turns a request into a response.
///
/// A handler runs on its connection's loop, between whose waits nothing else of that loop goes on: it must not block,
/// and what computes for more than a few milliseconds asks for ``RequestPlan/runsElsewhere``. Actors that it calls, if
/// they have no executor of their own, run there, too.
package protocol RequestHandler: Sendable {
    /// Answers one request.
    ///
    /// Its task is cancelled when the caller leaves and when the server ends. What is returned even so is still sent,
    /// as far as anybody is there to read it.
    ///
    /// - Throws: an ``HTTPServerError`` becomes the answer by ``answer(to:)``; any other error becomes one of status
    ///   500 that tells nothing of it.
    func respond(to request: ServerRequest) async throws -> ServerResponse

    /// How this request is to be handled; `head` has no body yet, and is what ``respond(to:)`` gets with the body. By
    /// default, up to 1 MiB of body, on the loop.
    func plan(for head: inout ServerRequest) -> RequestPlan

    /// The answer that tells of an error, also of those that the transport finds. By default, its message as plain
    /// text.
    ///
    /// Only ``ResponseBody/bytes(_:)`` and ``ResponseBody/none`` are sent. The error's headers have to be taken over.
    func answer(to error: HTTPServerError) -> ServerResponse
}

extension RequestHandler {
    package func plan(for head: inout ServerRequest) -> RequestPlan { RequestPlan() }

    package func answer(to error: HTTPServerError) -> ServerResponse {
        var headers = error.headers
        headers.set("Content-Type", to: "text/plain; charset=utf-8")
        return ServerResponse(status: error.status, headers: headers, body: .bytes(Array((error.message + "\n").utf8)))
    }
}
