import TuttiAccess
import TuttiHTTP
package import TuttiHTTPServer

/// A request on its way through the middleware, with the route that it is for.
package struct Exchange: Sendable {
    package var request: ServerRequest
    /// What names the request in logs and answers.
    package var id: String
    /// `nil` when no route is found; the answer then says so.
    package let route: Route?
    let match: PathTable.Match
    /// From where it comes, as far as that is known.
    var origin: RequestOrigin?
    /// What it has shown to say who asks.
    var credential: LiveCredential?

    /// The path of the route with its parameters by name, so that metrics have as many of them as there are routes.
    package var routeName: String { route?.pattern.description ?? "none" }
}

/// Something around every answer: it may change the request, answer itself, or change the answer.
package protocol Middleware: Sendable {
    /// - Throws: what is to become a ``Problem``.
    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse
}
