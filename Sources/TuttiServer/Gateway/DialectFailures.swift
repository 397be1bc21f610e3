import TuttiCore
import TuttiGateway
import TuttiHTTP
import TuttiHTTPServer
import TuttiObservability

/// Failures of the gateway, in the dialect of its routes: clients' libraries read no problems of ours.
struct DialectFailures: Middleware {
    let log: Log

    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse {
        guard let spoken = exchange.route?.dialect else { return try await next(exchange) }
        let dialect = spoken(exchange.request)
        do {
            return try await next(exchange)
        } catch {
            if error is CancellationError || error is ClientGone { throw error }
            return answer(error, dialect, exchange)
        }
    }

    private func answer(
        _ error: any Error, _ dialect: any InboundDialect, _ exchange: Exchange
    ) -> ServerResponse {
        let failure = GatewayError(thrown: error)
        if failure.kind == .internal {
            log.error(
                "request failed",
                [
                    "request.id": .string(exchange.id), "http.route": .string(exchange.routeName),
                    "error": .string("\(error)"),
                ])
        }
        let refusal = dialect.refusal(failure, request: exchange.id)
        var headers = (error as? Problem)?.headers ?? HTTPHeaders()
        headers.set("Content-Type", to: "application/json")
        headers.set("Cache-Control", to: "no-store")
        headers.set("request-id", to: exchange.id)  // where Anthropic's clients look for it
        // The clients of both vendors look for it before they decide by the status.
        headers.set("x-should-retry", to: refusal.isWorthRepeating ? "true" : "false")
        if let wait = refusal.retryAfter, headers["Retry-After"] == nil {
            headers.set("Retry-After", to: String(max(1, (wait.milliseconds + 999) / 1000)))
        }
        return ServerResponse(status: refusal.status, headers: headers, body: .bytes(refusal.body))
    }
}
