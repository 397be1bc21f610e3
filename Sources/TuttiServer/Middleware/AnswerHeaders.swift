import TuttiHTTP
import TuttiHTTPServer
import TuttiObservability

/// What every answer says: which request it is for, and what a browser must not do with it.
struct AnswerHeaders: Middleware {
    let log: Log

    func respond(
        to exchange: Exchange, _ next: @Sendable (Exchange) async throws -> ServerResponse
    ) async throws -> ServerResponse {
        var response: ServerResponse
        do {
            response = try await next(exchange)
        } catch is CancellationError {
            throw CancellationError()
        } catch let error as ClientGone {
            throw error
        } catch {
            let problem = Problem(error)
            if problem.status >= 500 {
                log.error(
                    "request failed",
                    [
                        "request.id": .string(exchange.id), "http.route": .string(exchange.routeName),
                        "problem.code": .string(problem.code), "error": .string("\(error)"),
                    ])
            }
            response = problem.response(requestID: exchange.id)
        }
        response.headers.set("X-Request-Id", to: exchange.id)
        response.headers.set("X-Content-Type-Options", to: "nosniff")
        response.headers.set("Referrer-Policy", to: "no-referrer")
        response.headers.set("Cross-Origin-Opener-Policy", to: "same-origin")
        if response.headers["Cross-Origin-Resource-Policy"] == nil {
            response.headers.set("Cross-Origin-Resource-Policy", to: "same-origin")
        }
        if response.headers["Content-Security-Policy"] == nil {
            response.headers.set("Content-Security-Policy", to: Self.policyOfData)
        }
        return response
    }

    /// For answers that are no pages: nothing of them may act, should a browser show them.
    static let policyOfData = "default-src 'none'; frame-ancestors 'none'"
}
