import TuttiAccess
import TuttiCore

/// What makes two questions the same for a while: everything that is sent but the time, of which the minute counts.
///
/// The name of the caller and the ids of sessions and keys are neither sent nor part of it: no rule is about them.
struct DecisionKey: Sendable, Hashable {
    private let input: [String: JSONValue]
    private let minute: Int64

    init(_ question: PolicyQuestion) {
        minute = question.time.milliseconds / 60_000
        input = [
            "principal": .object(Self.members(of: question.principal)),
            "permission": .string(question.permission.text), "resource": .object(Self.members(of: question.resource)),
            "environment": .string(question.environment), "approved": .bool(question.approved),
        ]
    }

    /// The body of the request.
    func request(at time: Timestamp) -> JSONValue {
        ["input": .object(input.merging(["time_ms": .int(time.milliseconds)]) { $1 })]
    }

    /// What there is none of is left out, so that rules find it undefined.
    private static func members(of principal: Principal) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "tenant": .string(principal.tenant), "roles": .array(principal.roles.sorted().map { .string($0) }),
        ]
        members["id"] = principal.id.map { .string($0) }
        members["scopes"] = principal.scopes.map { .array($0.sorted().map { .string($0) }) }
        members["project"] = principal.project.map { .string($0) }
        switch principal.credential {
        case .machine: members["credential"] = "machine"
        case .session: members["credential"] = "session"
        case .key: members["credential"] = "key"
        case .foreign(let issuer):
            members["credential"] = "foreign"
            members["issuer"] = .string(issuer)
        }
        return members
    }

    private static func members(of resource: PolicyResource) -> [String: JSONValue] {
        var members: [String: JSONValue] = [
            "kind": .string(resource.kind), "attributes": .object(resource.attributes),
        ]
        members["id"] = resource.id.map { .string($0) }
        members["owner"] = resource.owner.map { .string($0) }
        members["project"] = resource.project.map { .string($0) }
        members["category"] = resource.category.map { .string($0) }
        return members
    }
}
