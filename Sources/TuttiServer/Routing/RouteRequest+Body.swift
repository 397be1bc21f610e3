import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

extension RouteRequest {
    /// As ``body(_:)`` for a body that may be left out.
    func optionalBody<Value: Decodable & Sendable>(_ type: Value.Type) async throws -> Value? {
        if request.body.length == 0 { return nil }
        if request.body.length == nil, request.headers["Content-Type"] == nil { return nil }
        return try await body(type)
    }

    /// The key under which the caller may send the request again; checked by the middleware.
    var idempotencyKey: String? { request.headers["Idempotency-Key"] }
}

extension BodyDescription {
    /// A value as JSON.
    static func json(_ type: any (Decodable & SendableMetatype).Type, isRequired: Bool = true) -> BodyDescription {
        BodyDescription(mediaType: "application/json", schema: { .ofWire(type) }, isRequired: isRequired)
    }
}
