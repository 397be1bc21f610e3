import TuttiCore

extension PolicyDocument {
    /// The document as a policy file has it, for other deciders; read back it is the same.
    var json: JSONValue {
        [
            "roles": .object(roles.mapValues(\.json)), "groups": .object(groups.mapValues(\.json)),
            "rules": .array(rules.map(\.json)),
        ]
    }
}

extension PolicyDocument.Role {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = ["permissions": .array(permissions.map { .string($0.text) })]
        if !summary.isEmpty { members["summary"] = .string(summary) }
        if !inherits.isEmpty { members["inherits"] = .texts(inherits) }
        return .object(members)
    }
}

extension PolicyDocument.Group {
    fileprivate var json: JSONValue {
        var json: [String: JSONValue] = [
            "members": .array(
                members.map { member in
                    var entry: [String: JSONValue] = ["roles": .texts(member.roles)]
                    entry["environment"] = member.environment.map { .texts($0) }
                    return .object(entry)
                })
        ]
        if !includes.isEmpty { json["includes"] = .texts(includes) }
        return .object(json)
    }
}

extension PolicyDocument.Rule {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "id": .string(id), "effect": .string(effect.rawValue),
            "permissions": .texts(permissions.map(\.text)),
        ]
        if reach != .own { members["reach"] = .string(reach.rawValue) }
        if !reason.isEmpty { members["reason"] = .string(reason) }
        members["roles"] = roles.map { .texts($0) }
        members["groups"] = groups.map { .texts($0) }
        if !exceptRoles.isEmpty { members["except_roles"] = .texts(exceptRoles) }
        if !exceptGroups.isEmpty { members["except_groups"] = .texts(exceptGroups) }
        members["environment"] = environment.map { .texts($0) }
        members["hours"] = hours?.json
        members["project"] = project.map { .texts($0.map(\.text)) }
        members["categories"] = categories.map { .texts($0.map(\.text)) }
        members["agents"] = agents.map { .texts($0.map(\.text)) }
        if !attributes.isEmpty { members["attributes"] = .object(attributes) }
        return .object(members)
    }
}

extension PolicyHours {
    fileprivate var json: JSONValue {
        var members: [String: JSONValue] = [
            "from": .string(Self.text(ofMinutes: from)), "to": .string(Self.text(ofMinutes: to)),
        ]
        members["days"] = days.map { days in .texts(Day.allCases.filter { days.contains($0) }.map(\.rawValue)) }
        if offset != 0 { members["offset"] = .string(Self.text(ofOffset: offset)) }
        return .object(members)
    }
}

extension JSONValue {
    fileprivate static func texts(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }
}
