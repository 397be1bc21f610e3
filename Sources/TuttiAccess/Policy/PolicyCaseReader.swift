package import TuttiCore
package import TuttiYAML

extension PolicyCase {
    /// Reads a file of cases: `cases: [{name, roles, permission, …, expect, rule}]`.
    ///
    /// - Throws: ``FieldError`` with everything that is wrong with it.
    package static func read(yaml text: String) throws(FieldError) -> [PolicyCase] {
        var reader = PolicyCaseReader()
        return try reader.cases(try FieldNode.read(text, whichHas: "cases: and a list of them"))
    }

    /// Reads one case in the form of a file's entry, as it may be put together from flags; without `expect` it is only
    /// a question.
    ///
    /// - Throws: ``FieldError`` with everything that is wrong with it.
    package init(json value: JSONValue) throws(FieldError) {
        var reader = PolicyCaseReader()
        self = try reader.single(FieldNode(value))
    }
}

/// Makes cases of a file's tree and finds everything that is wrong with it.
struct PolicyCaseReader {
    private var fields = FieldReader(entriesMax: PolicyLimits.entriesMax)

    private static let caseKeys = [
        "name", "tenant", "user", "roles", "scopes", "key_project", "permission", "resource", "environment", "time",
        "approved", "expect", "rule",
    ]
    private static let resourceKeys = ["kind", "id", "owner", "project", "category", "attributes"]

    mutating func cases(_ root: FieldNode) throws(FieldError) -> [PolicyCase] {
        let members = fields.members(root, of: "a file of cases", known: ["cases"])
        if members["cases"] == nil {
            fields.note(root, .missing, "has no cases; write cases: and a list of them")
        }
        var cases: [PolicyCase] = []
        for (index, item) in (fields.items(members["cases"], max: PolicyLimits.casesMax) ?? []).enumerated() {
            if let read = policyCase(item, name: "case \(index + 1)") { cases.append(read) }
        }
        guard fields.problems.isEmpty else { throw FieldError(fields.problems) }
        return cases
    }

    mutating func single(_ node: FieldNode) throws(FieldError) -> PolicyCase {
        let read = policyCase(node, name: "question")
        guard let read, fields.problems.isEmpty else { throw FieldError(fields.problems) }
        return read
    }

    private mutating func policyCase(_ node: FieldNode, name: String) -> PolicyCase? {
        let members = fields.members(node, of: "a case", known: Self.caseKeys)
        guard let permission = permission(members["permission"], of: node) else { return nil }
        var expected: PolicyCase.Expectation?
        if let node = members["expect"], let text = fields.text(node, max: PolicyLimits.textLengthMax) {
            expected = PolicyCase.Expectation(text)
            if expected == nil {
                fields.note(node, .value, "takes allow, allow:own, allow:all, deny or needs_approval")
            }
        }
        let question = PolicyQuestion(
            principal: principal(members), permission: permission, resource: resource(members["resource"], permission),
            environment: fields.name(members["environment"]) ?? PolicyCase.environmentOfFallback,
            time: time(members["time"]), approved: fields.toggle(members["approved"]) ?? false)
        return PolicyCase(
            name: fields.text(members["name"], max: PolicyLimits.textLengthMax) ?? name, question: question,
            expected: expected,
            rule: fields.text(members["rule"], max: PolicyLimits.textLengthMax))
    }

    private mutating func permission(_ node: FieldNode?, of owner: FieldNode) -> Permission? {
        guard let node else {
            fields.note(owner, .missing, "has no permission; write permission: runs.read")
            return nil
        }
        guard let text = fields.text(node, max: PolicyLimits.nameLengthMax) else { return nil }
        let permission = Permission(text)
        if !permission.exists, let problem = PermissionPattern(text: text).problem {
            fields.note(node, .unknownPermission, problem)
        } else if !permission.exists {
            fields.note(node, .unknownPermission, "'\(text)' is several permissions; a case asks for one")
        }
        return permission
    }

    private mutating func principal(_ members: [String: FieldNode]) -> Principal {
        let id = fields.text(members["user"], max: PolicyLimits.textLengthMax)
        return Principal(
            tenant: fields.name(members["tenant"]) ?? "default", id: id, name: id ?? "somebody",
            roles: Set(fields.names(members["roles"]) ?? []), credential: .machine, scopes: scopes(members["scopes"]),
            project: fields.text(members["key_project"], max: PolicyLimits.textLengthMax))
    }

    private mutating func scopes(_ node: FieldNode?) -> Set<String>? {
        guard let items = fields.items(node) else { return nil }
        return Set(
            items.compactMap { item in
                guard let text = fields.text(item, max: PolicyLimits.nameLengthMax) else { return nil }
                if let problem = PermissionPattern(text: text).problem {
                    fields.note(item, .unknownPermission, problem)
                }
                return text
            })
    }

    private mutating func resource(_ node: FieldNode?, _ permission: Permission) -> PolicyResource {
        guard let node else { return PolicyResource(kind: permission.area) }
        let members = fields.members(node, of: "a resource", known: Self.resourceKeys)
        var attributes: [String: JSONValue] = [:]
        let given = members["attributes"].map { fields.anyMembers($0, of: "attributes") } ?? []
        for (name, value) in given {
            guard case .scalar(let plain) = value.content else {
                fields.note(value, .value, "takes a text, a number, true or false")
                continue
            }
            attributes[name] = plain
        }
        return PolicyResource(
            kind: fields.name(members["kind"]) ?? permission.area,
            id: fields.text(members["id"], max: PolicyLimits.textLengthMax),
            owner: fields.text(members["owner"], max: PolicyLimits.textLengthMax),
            project: fields.text(members["project"], max: PolicyLimits.textLengthMax),
            category: fields.text(members["category"], max: PolicyLimits.textLengthMax), attributes: attributes)
    }

    private mutating func time(_ node: FieldNode?) -> Timestamp {
        guard let node, let text = fields.text(node, max: PolicyLimits.textLengthMax) else {
            return PolicyCase.timeOfFallback
        }
        if let time = Timestamp(rfc3339: text) { return time }
        fields.note(node, .value, "is no time; write one such as \"2026-01-05T09:30:00Z\"")
        return PolicyCase.timeOfFallback
    }
}
