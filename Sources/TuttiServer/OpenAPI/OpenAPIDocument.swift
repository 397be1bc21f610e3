import FoundationEssentials
import TuttiCore
import TuttiHTTP
import TuttiHTTPServer

/// The description of the API (OpenAPI 3.1), made of the same declarations as its routes.
struct OpenAPIDocument: Sendable {
    private let routes: [Route]
    private let version: String

    init(_ routes: [Route], version: String) {
        self.routes = routes
        self.version = version
    }

    var json: JSONValue {
        var components = SchemaComponents()
        var paths: [String: [String: JSONValue]] = [:]
        for route in routes {
            guard let operation = route.operation else { continue }
            paths[route.pattern.description, default: [:]][route.method.rawValue.lowercased()] =
                Self.operation(operation, route, &components)
        }
        let tags = Operation.Tag.allCases.filter { tag in routes.contains { $0.operation?.tag == tag } }
        return [
            "openapi": "3.1.0",
            "info": [
                "title": "Tutti", "version": .string(version),
                "description": .string(Self.introduction),
                "license": ["name": "MIT", "identifier": "MIT"],
            ],
            "tags": .array(tags.map { ["name": .string($0.rawValue)] }),
            "paths": .object(paths.mapValues { .object($0) }),
            "components": ["schemas": .object(components.schemas), "securitySchemes": Self.credentials],
            "security": .array(Self.credentialNames.map { .object([$0: []]) }),
        ]
    }

    private static let introduction = """
        Everything that the dashboard does is done by this API. All errors are problem details (RFC 9457) with a \
        stable `code`. Every POST may carry an `Idempotency-Key`: sent again with the same body, it gives the same \
        answer and does nothing again. Times are RFC 3339 in UTC. Unknown parameters and members are refused.
        """

    private static let credentialNames = ["bearer", "key"]
    private static let credentials: JSONValue = [
        "bearer": [
            "type": "http", "scheme": "bearer",
            "description": "An access token, an API key, or a token of another issuer that is believed.",
        ],
        "key": ["type": "apiKey", "in": "header", "name": "X-API-Key", "description": "An API key."],
    ]

    private static func operation(
        _ operation: Operation, _ route: Route, _ components: inout SchemaComponents
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "operationId": .string(operation.id), "tags": [.string(operation.tag.rawValue)],
            "summary": .string(operation.summary),
        ]
        let needed = route.access.permission.map { "Needs the permission `\($0)`." }
        let described = [operation.details, needed].compactMap { $0 }
        if !described.isEmpty { members["description"] = .string(described.joined(separator: "\n\n")) }
        if route.access.who == .anybody { members["security"] = [] }
        var parameters = operation.parameters.map { parameter($0, &components) }
        if route.method == .post, route.dialect == nil { parameters.append(idempotencyKey) }
        if needed != nil { parameters.append(approval) }
        if !parameters.isEmpty { members["parameters"] = .array(parameters) }
        if let body = operation.body {
            members["requestBody"] = [
                "required": .bool(body.isRequired),
                "content": [body.mediaType: ["schema": components.reference(to: body.schema())]],
            ]
        }
        var answers: [String: JSONValue] = [:]
        for (status, group) in Dictionary(grouping: operation.answers, by: \.status) {
            answers[String(status)] = answer(group, &components)
        }
        answers["default"] = answer([failure(of: route)], &components)
        members["responses"] = .object(answers)
        return .object(members)
    }

    /// What any route may answer: a problem, or what the clients of another API expect in its place.
    private static func failure(of route: Route) -> AnswerDescription {
        let summary = "Something about the request does not fit, or the server cannot."
        return route.dialect == nil ? .problem(0, summary) : .anyJSON(0, summary)
    }

    private static func parameter(
        _ parameter: ParameterDescription, _ components: inout SchemaComponents
    ) -> JSONValue {
        [
            "name": .string(parameter.name), "in": .string(parameter.place.rawValue),
            "required": .bool(parameter.isRequired), "description": .string(parameter.summary),
            "schema": components.inlined(parameter.schema),
        ]
    }

    private static let idempotencyKey: JSONValue = [
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "Names the request, so that it can be sent again without being done again.",
        "schema": ["type": "string", "pattern": .string("^[!-~]{1,\(IdempotencyKey.sizeMax)}$")],
    ]

    private static let approval: JSONValue = [
        "name": .string(PolicyAsker.field), "in": "header", "required": false,
        "description": "The code by which somebody else has approved, where a rule of the policy asks for that.",
        "schema": ["type": "string"],
    ]

    private static func answer(
        _ group: [AnswerDescription], _ components: inout SchemaComponents
    ) -> JSONValue {
        var members: [String: JSONValue] = [
            "description": .string(group.map(\.summary).joined(separator: " "))
        ]
        var content: [String: JSONValue] = [:]
        for answer in group {
            guard let (mediaType, schema) = answer.content else { continue }
            content[mediaType] = ["schema": components.reference(to: schema())]
        }
        if !content.isEmpty { members["content"] = .object(content) }
        return .object(members)
    }

    /// The document as a route of its own.
    var route: Route {
        let bytes = ComputedOnce { json.bytes }
        return Route(hidden: .get, "/openapi.json") { request in request.answer(bytes: bytes.value) }
    }
}

/// Names of requests that may be sent again.
enum IdempotencyKey {
    /// The most bytes of one.
    static let sizeMax = 255
}

/// The schemas of a document: those that are named by others stand at one place, which all references lead to.
struct SchemaComponents {
    private(set) var schemas: [String: JSONValue] = [:]
    private var names: [JSONSchema: String] = [:]

    /// A schema as it stands in the place where it is used.
    mutating func reference(to schema: JSONSchema) -> JSONValue { inlined(schema) }

    /// The schema itself, its definitions moved to the components.
    mutating func inlined(_ schema: JSONSchema) -> JSONValue {
        var moved: [String: String] = [:]
        for name in schema.definitions.keys.sorted() {
            var unique = name
            var number = 2
            while schemas[unique] != nil {
                unique = "\(name)\(number)"
                number += 1
            }
            moved[name] = unique
            schemas[unique] = .null  // taken, also by what stands inside
        }
        for (name, definition) in schema.definitions {
            guard let unique = moved[name] else { continue }
            schemas[unique] = Self.redirected(definition.json, moved)
        }
        var bare = schema
        bare.definitions = [:]
        return Self.redirected(bare.json, moved)
    }

    private static func redirected(_ json: JSONValue, _ moved: [String: String]) -> JSONValue {
        switch json {
        case .array(let elements): return .array(elements.map { redirected($0, moved) })
        case .object(let members):
            var copy = members.mapValues { redirected($0, moved) }
            let head = "#/$defs/"
            if let target = members["$ref"]?.stringValue, target.hasPrefix(head),
                let name = moved[String(target.dropFirst(head.count))]
            {
                copy["$ref"] = .string("#/components/schemas/\(name)")
            }
            return .object(copy)
        default: return json
        }
    }
}
