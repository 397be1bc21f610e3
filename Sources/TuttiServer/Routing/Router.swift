import TuttiCore
import TuttiHTTP
package import TuttiHTTPServer

/// Finds the route of each request, leads it through the middleware, and turns what is thrown into answers.
package struct Router: RequestHandler {
    package let routes: [Route]
    private let found: [FoundRoute]
    private let table: PathTable
    private let chain: @Sendable (Exchange) async throws -> ServerResponse
    private let makeID: @Sendable () -> String

    /// - Parameters:
    ///   - middleware: the outermost first.
    ///   - makeID: names requests.
    package init(
        _ routes: [Route], middleware: [any Middleware], makeID: @escaping @Sendable () -> String
    ) {
        var all: [Route] = []
        var addresses: [(method: HTTPMethod, pattern: RoutePattern)] = []
        for route in routes {
            for pattern in [route.pattern] + route.aliases {
                all.append(route)
                addresses.append((route.method, pattern))
            }
        }
        self.routes = all
        found = all.map(FoundRoute.init)
        table = PathTable(addresses)
        self.makeID = makeID
        var chain: @Sendable (Exchange) async throws -> ServerResponse = Self.answer
        for piece in middleware.reversed() {
            let next = chain
            chain = { exchange in try await piece.respond(to: exchange, next) }
        }
        self.chain = chain
    }

    package func plan(for head: inout ServerRequest) -> RequestPlan {
        let match = table.match(head.method, head.path)
        head.findings = match
        guard case .found(let place, _) = match else { return RequestPlan(bodySizeMax: Route.bodySizeUsual) }
        return routes[place].plan(for: head)
    }

    package func respond(to request: ServerRequest) async throws -> ServerResponse {
        var request = request
        let match = request.findings as? PathTable.Match ?? table.match(request.method, request.path)
        var route: FoundRoute?
        if case .found(let place, let parameters) = match {
            route = found[place]
            request.parameters = parameters
        }
        let exchange = Exchange(request: request, id: makeID(), found: route, match: match)
        do {
            return try await chain(exchange)
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as ClientGone {
            throw error
        } catch {
            return Problem(error).response(requestID: exchange.id)
        }
    }

    package func answer(to error: HTTPServerError) -> ServerResponse {
        Problem(error.status, error.code, error.message, headers: error.headers).response(requestID: nil)
    }

    /// The innermost: what the route itself answers.
    @Sendable private static func answer(_ exchange: Exchange) async throws -> ServerResponse {
        switch exchange.match {
        case .found:
            guard let route = exchange.route else { throw Problem.notFound("there is nothing here") }
            return try await route.answer(RouteRequest(exchange, route: route))
        case .otherMethods(let methods):
            let allowed = methods + (methods.contains(.get) ? [.head] : [])
            let names = (allowed + [.options]).map(\.rawValue).joined(separator: ", ")
            if exchange.request.method == .options { return ServerResponse(status: 204, headers: ["Allow": names]) }
            throw Problem(
                405, "method_not_allowed", "\(exchange.request.method.rawValue) is not possible here; use \(names)",
                headers: ["Allow": names])
        case .none:
            throw Problem.notFound("there is nothing at this address; /openapi.json lists what there is")
        case .malformed:
            throw Problem(400, "bad_path", "the path is not percent-encoded UTF-8")
        }
    }
}
