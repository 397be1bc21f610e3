import TuttiAccess
import TuttiHTTP
package import TuttiHTTPServer

/// A request on its way through the middleware, with the route that it is for.
package struct Exchange: Sendable {
    package var request: ServerRequest
    /// What names the request in logs and answers.
    package var id: String
    /// `nil` when no route is found; the answer then says so.
    package var route: Route? { found?.route }
    private let found: FoundRoute?
    let match: PathTable.Match
    /// From where it comes, as far as that is known.
    var origin: RequestOrigin?
    /// What it has shown to say who asks.
    var credential: LiveCredential?

    init(request: ServerRequest, id: String, found: FoundRoute?, match: PathTable.Match) {
        self.request = request
        self.id = id
        self.found = found
        self.match = match
    }

    /// The path of the route with its parameters by name, so that metrics have as many of them as there are routes.
    package var routeName: String { route?.pattern.description ?? "none" }
}

/// A route that all requests to it share: each piece of middleware has a copy of its exchange, and a route has many
/// parts.
final class FoundRoute: Sendable {
    let route: Route

    init(_ route: Route) { self.route = route }
}

/// Something around every answer: it may change the request, answer itself, or change the answer.
package protocol Middleware: Sendable {
    /// - Throws: what is to become a ``Problem``.
    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse
}
