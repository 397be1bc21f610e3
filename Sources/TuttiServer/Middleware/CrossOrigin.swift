import TuttiHTTP
import TuttiHTTPServer

/// Lets pages of other origins use the API, those that are listed and no others (Fetch standard, "CORS protocol").
struct CrossOrigin: Middleware {
    let origins: AllowedOrigins

    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse {
        guard let origin = exchange.request.headers["Origin"], origins.contains(origin) else {
            return try await next(exchange)
        }
        var response: ServerResponse
        if exchange.request.method == .options, exchange.request.headers["Access-Control-Request-Method"] != nil {
            response = ServerResponse(
                status: 204,
                headers: [
                    "Access-Control-Allow-Methods": "GET, POST, PUT, PATCH, DELETE",
                    "Access-Control-Allow-Headers":
                        "Authorization, Content-Type, Idempotency-Key, If-Match, If-None-Match, Last-Event-ID, "
                        + "X-API-Key, X-Approval, X-CSRF-Token",
                    "Access-Control-Max-Age": "600",
                ])
        } else {
            response = try await next(exchange)
            response.headers.set(
                "Access-Control-Expose-Headers",
                to: "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id")
            response.headers.set("Cross-Origin-Resource-Policy", to: "cross-origin")
        }
        response.headers.set("Access-Control-Allow-Origin", to: origin)
        response.headers.set("Access-Control-Allow-Credentials", to: "true")
        response.headers.add("Vary", "Origin")
        return response
    }
}
