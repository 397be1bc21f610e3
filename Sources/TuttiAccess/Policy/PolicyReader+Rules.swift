import TuttiCore
import TuttiYAML

extension PolicyReader {
    private static let ruleKeys = [
        "id", "effect", "permissions", "reach", "approval", "reason", "roles", "groups", "except_roles",
        "except_groups", "environment", "hours", "project", "categories", "agents", "attributes",
    ]

    mutating func rules(_ node: FieldNode?) -> [PolicyDocument.Rule] {
        var seen: Set<String> = []
        return (fields.items(node, max: PolicyLimits.rulesMax) ?? []).compactMap { item in
            guard let rule = rule(item) else { return nil }
            if !seen.insert(rule.id).inserted {
                fields.note(item, .taken, "the id '\(rule.id)' stands twice; give each rule its own")
            }
            return rule
        }
    }

    private mutating func rule(_ node: FieldNode) -> PolicyDocument.Rule? {
        let members = fields.members(node, of: "a rule", known: Self.ruleKeys)
        for key in ["id", "effect", "permissions"] where members[key] == nil {
            fields.note(node, .missing, "has no \(key); \(Self.wayOut(key))")
        }
        let id = id(members["id"])
        let effect = fields.choice(members["effect"], of: PolicyDocument.Rule.Effect.self)
        let reach = fields.choice(members["reach"], of: Reach.self)
        if let effect, effect != .allow, let node = members["reach"] {
            fields.note(node, .value, "has no meaning where effect is \(effect.rawValue); leave it out")
        }
        if let node = members["approval"] { fields.note(node, .value, Self.approvalIsAnEffect) }
        var rule = PolicyDocument.Rule(
            id: id ?? "", effect: effect ?? .deny, permissions: permissions(members["permissions"]),
            reach: reach ?? .own, reason: fields.text(members["reason"], max: PolicyLimits.textLengthMax) ?? "")
        rule.roles = subjects(members["roles"], roleNames(members["roles"]))
        rule.groups = subjects(members["groups"], groupNames(members["groups"]))
        rule.exceptRoles = roleNames(members["except_roles"]) ?? []
        rule.exceptGroups = groupNames(members["except_groups"]) ?? []
        rule.environment = environments(members["environment"])
        rule.hours = members["hours"].flatMap { hours($0) }
        rule.project = fields.patterns(members["project"])
        rule.categories = fields.patterns(members["categories"])
        rule.agents = fields.patterns(members["agents"])
        rule.attributes = attributes(members["attributes"])
        return id == nil || effect == nil ? nil : rule
    }

    /// A rule that allows must not pass for one that holds back: it would open to everybody what it names.
    private static let approvalIsAnEffect =
        "is no part of a rule: an approval is a requirement, not a grant; write effect: needs_approval, which holds "
        + "back those whom their roles or another rule allow it, and leave approval out"

    private static func wayOut(_ key: String) -> String {
        switch key {
        case "id": "give it a name that decisions can tell, such as id: no-deletes"
        case "effect": "write effect: allow, effect: deny or effect: needs_approval"
        default: "write permissions: [runs.read], or a whole area such as runs.*"
        }
    }

    private mutating func id(_ node: FieldNode?) -> String? {
        guard let node, let id = fields.name(node) else { return nil }
        if PolicyDecision.Bound(rawValue: id) != nil || id.hasPrefix("opa_") {
            fields.note(node, .taken, "'\(id)' is an id that the program itself decides by; take another")
        }
        return id
    }

    private mutating func permissions(_ node: FieldNode?) -> [PermissionPattern] {
        guard let node, let items = fields.items(node) else { return [] }
        if items.isEmpty { fields.note(node, .value, "is empty and would never hold; name one, or '*'") }
        return items.compactMap { item in
            guard let text = fields.text(item, max: PolicyLimits.nameLengthMax) else { return nil }
            if text.contains(":") {
                fields.note(item, .value, "'\(text)' has a reach, which a rule has once for all; write reach: all")
                return nil
            }
            let pattern = PermissionPattern(text: text)
            if let problem = pattern.problem { fields.note(item, .unknownPermission, problem) }
            return pattern
        }
    }

    /// Who a rule is for: an empty list would be for nobody.
    private mutating func subjects(_ node: FieldNode?, _ names: [String]?) -> [String]? {
        if let node, node.isEmptyList {
            fields.note(node, .value, "is empty and would never hold; name one, or leave the key out")
        }
        return names
    }

    private mutating func hours(_ node: FieldNode) -> PolicyHours? {
        let members = fields.members(node, of: "hours", known: ["from", "to", "days", "offset"])
        let clock = "takes a time such as \"08:30\", from 00:00 to 24:00, in quotes"
        let from = number(members["from"], clock, PolicyHours.minutes)
        let to = number(members["to"], clock, PolicyHours.minutes)
        let offset = number(
            members["offset"], "takes a distance from UTC such as \"+02:00\", at most 14 hours", PolicyHours.offset)
        var days: Set<PolicyHours.Day>?
        if let node = members["days"] {
            let items = fields.items(node) ?? []
            if items.isEmpty { fields.note(node, .value, "names no day; name one, or leave the key out") }
            days = Set(items.compactMap { fields.choice($0, of: PolicyHours.Day.self) })
        }
        for key in ["from", "to"] where members[key] == nil {
            fields.note(node, .missing, "has no \(key); write both, such as from: \"08:00\", to: \"18:00\"")
        }
        guard let from, let to else { return nil }
        guard from != to, from < 1440 else {
            fields.note(
                node, .value, "holds no time, or all of it; write from: \"00:00\", to: \"24:00\" for whole days")
            return nil
        }
        return PolicyHours(from: from, to: to, days: days, offset: offset ?? 0)
    }

    private mutating func number(_ node: FieldNode?, _ rule: String, _ read: (String) -> Int?) -> Int? {
        guard let node else { return nil }
        if case .scalar(.string(let text)) = node.content, let number = read(text) { return number }
        fields.note(node, .value, rule)
        return nil
    }

    private mutating func attributes(_ node: FieldNode?) -> [String: JSONValue] {
        guard let node else { return [:] }
        let members = fields.anyMembers(node, of: "attributes")
        if members.count > PolicyLimits.entriesMax {
            fields.note(
                node, .limit, "has \(members.count) entries, the limit is \(PolicyLimits.entriesMax); use fewer")
        }
        var attributes: [String: JSONValue] = [:]
        for (name, value) in members.prefix(PolicyLimits.entriesMax) {
            switch value.content {
            case .scalar(.bool), .scalar(.int):
                if case .scalar(let plain) = value.content { attributes[name] = plain }
            case .scalar(.string):
                attributes[name] = fields.text(value, max: PolicyLimits.textLengthMax).map { .string($0) }
            default: fields.note(value, .value, "takes a text, a whole number, true or false")
            }
        }
        return attributes
    }
}
