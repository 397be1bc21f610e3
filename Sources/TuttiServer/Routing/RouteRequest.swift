import FoundationEssentials
import TuttiAccess
package import TuttiCore
import TuttiHTTP
package import TuttiHTTPServer

/// A request behind its route.
package final class RouteRequest: Sendable {
    package let request: ServerRequest
    /// What names the request in logs and answers.
    package let id: String
    /// From where it comes.
    let origin: RequestOrigin
    /// What it has shown to say who asks.
    let credential: LiveCredential?
    /// Of the query, decoded.
    private let items: QueryItems
    private let parameters: [String: String]

    /// - Throws: a ``Problem`` for a query that is not encoded as it has to be, and for parameters that the route does
    ///   not know.
    init(_ exchange: Exchange, route: Route) throws {
        let request = exchange.request
        guard let items = request.queryItems else {
            throw Problem.badParameter("query", "encoding", "the query is not percent-encoded UTF-8")
        }
        let known = route.operation.map { $0.parameters.filter { $0.place == .query }.map(\.name) }
        if let known, let stranger = items.items.first(where: { !known.contains($0.name) && $0.name != Self.ticket }) {
            let hint = NearestName.find(stranger.name, among: known).map { "; did you mean '\($0)'?" } ?? ""
            throw Problem.badParameter(
                stranger.name, "unknown",
                "there is no parameter '\(stranger.name)' here"
                    + (known.isEmpty
                        ? "; this address takes none" : hint.isEmpty ? ", but \(known.joined(separator: ", "))" : hint))
        }
        self.request = request
        id = exchange.id
        origin = exchange.origin ?? RequestOrigin(request, network: ServerNetwork())
        credential = exchange.credential
        self.items = items
        parameters = request.parameters
    }

    /// What may stand in any query: a ticket, where no field of a head can be set.
    private static let ticket = "ticket"

    // MARK: Parameters

    /// - Throws: a ``Problem`` that names the parameter and the rule.
    package subscript<Value>(parameter: Parameter<Value>) -> Value {
        get throws {
            let name = parameter.description.name
            return switch parameter.description.place {
            case .query: try parameter.read(items.values(of: name))
            case .path: try parameter.read(parameters[name].map { [$0] } ?? [])
            case .header: try parameter.read(request.headers.values(of: name))
            }
        }
    }

    // MARK: The body

    /// Reads the body as JSON, checks it against the schema of the type, and decodes it.
    ///
    /// - Throws: a ``Problem``: 415 for another media type, 400 for what is no JSON, 422 with every part that does not
    ///   fit; what `collect` throws.
    package func body<Value: Decodable>(_ type: Value.Type) async throws -> Value {
        let json = try await json()
        var violations = JSONSchema.ofWire(type).validate(json)
        if let type = type as? any WireConstraints.Type { violations += type.violations(in: json) }
        guard violations.isEmpty else { throw Self.problem(violations) }
        do {
            return try CanonicalJSON.decode(type, from: Data(json.bytes))
        } catch {
            throw Problem(422, "bad_input", "the body cannot be read: \(error)")
        }
    }

    /// The body as any JSON.
    ///
    /// - Throws: as ``body(_:)``.
    package func json() async throws -> JSONValue {
        let bytes = try await jsonBytes()
        do throws(WireJSON.Failure) {
            return try WireJSON.read(Data(bytes))
        } catch {
            throw Problem(400, "bad_json", Self.reason(error, of: bytes))
        }
    }

    /// The body as the bytes of what says that it is JSON.
    ///
    /// - Throws: a ``Problem``: 415 for another media type, 400 for none at all; what `collect` throws.
    package func jsonBytes() async throws -> [UInt8] {
        try checkMediaType()
        let bytes = try await request.body.collect(upTo: .max)  // the transport holds it to the route's limit
        guard !bytes.isEmpty else { throw Problem(400, "bad_json", "the body is empty; it takes a JSON object") }
        return bytes
    }

    /// Anything but JSON is refused: forms of other sites can be posted without being asked, JSON cannot (Fetch
    /// standard, "CORS-safelisted request-header").
    private func checkMediaType() throws {
        if request.headers["Content-Type"] == "application/json" { return }  // what nearly all send
        let type = request.headers["Content-Type"]?.prefix { $0 != ";" }.lowercased() ?? ""
        let name = type.split(separator: " ").joined()
        // A form cannot carry a token: whoever sends one has been asked.
        if request.headers["Authorization"]?.lowercased().hasPrefix("bearer ") == true { return }
        guard name == "application/json" || (name.hasPrefix("application/") && name.hasSuffix("+json")) else {
            throw Problem(
                415, "bad_media_type",
                "the body is taken as JSON only; send it with 'Content-Type: application/json'")
        }
    }

    private static func reason(_ failure: WireJSON.Failure, of bytes: [UInt8]) -> String {
        switch failure {
        case .tooDeep: return "the body is nested deeper than \(WireJSON.depthMax) levels"
        case .notJSON:
            // The general decoder knows the place.
            do {
                _ = try CanonicalJSON.decode(JSONValue.self, from: Data(bytes))
            } catch DecodingError.dataCorrupted(let context) {
                return "the body is no JSON: \(context.debugDescription)"
            } catch {}
            return "the body is no JSON: it is not well formed"
        }
    }

    /// - Parameter root: where in the body the value stands.
    static func problem(_ violations: [JSONSchema.Violation], below root: String = "") -> Problem {
        let placed = violations.map { violation in
            let message = violation.message.replacing("'\(violation.path)'", with: "'\(root + violation.path)'")
            return Problem.Detail(field: root + violation.path, rule: violation.rule, message: message)
        }
        return Problem(422, "bad_input", placed.prefix(5).map(\.message).joined(separator: "; "), errors: placed)
    }
}
