import TuttiHTTP
import TuttiHTTPServer

/// Gives people who open an address that is not there the page, which says so, where programs get a problem.
struct PageFallback: Middleware {
    let page: @Sendable () throws -> ServerResponse

    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse {
        guard exchange.route == nil, case .none = exchange.match, exchange.request.method == .get,
            exchange.request.headers.tokens(of: "Accept").contains(where: { $0.lowercased().hasPrefix("text/html") })
        else { return try await next(exchange) }
        var response = try page()
        response.status = 404
        return response
    }
}
