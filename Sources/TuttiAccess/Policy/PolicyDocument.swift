import TuttiCore

/// What a policy file says, read and checked.
struct PolicyDocument: Sendable, Hashable {
    /// By name.
    var roles: [String: Role] = [:]
    /// By name.
    var groups: [String: Group] = [:]
    /// In the order of the file; the first of several denials is the one that is told.
    var rules: [Rule] = []

    /// What those who have it may do wherever no rule denies it.
    struct Role: Sendable, Hashable {
        /// One sentence for people.
        var summary = ""
        /// Roles whose permissions it has too.
        var inherits: [String] = []
        var permissions: [PermissionGrant] = []
    }

    /// A name for roles that may depend on the environment.
    struct Group: Sendable, Hashable {
        /// Groups all of whose members are members.
        var includes: [String] = []
        var members: [Member] = []

        struct Member: Sendable, Hashable {
            var roles: [String]
            /// Where they are members; `nil` for everywhere.
            var environment: [String]?
        }
    }

    /// Something that is allowed, denied, or held back until somebody approves. A condition that it does not have
    /// always holds.
    struct Rule: Sendable, Hashable {
        enum Effect: String, Sendable, Hashable, CaseIterable {
            case allow, deny
            /// Grants nothing: whoever would be allowed waits for an approval.
            case needsApproval = "needs_approval"
        }

        var id: String
        var effect: Effect
        var permissions: [PermissionPattern]
        /// How far an allow reaches.
        var reach = Reach.own
        var reason = ""
        /// For those with one of these roles, or in one of these groups; for everybody when both are `nil`.
        var roles: [String]?
        var groups: [String]?
        /// Not for those with one of these roles, or in one of these groups.
        var exceptRoles: [String] = []
        var exceptGroups: [String] = []
        var environment: [String]?
        var hours: PolicyHours?
        var project: [NamePattern]?
        var categories: [NamePattern]?
        var agents: [NamePattern]?
        /// Each has to be there and be equal.
        var attributes: [String: JSONValue] = [:]
    }
}

extension PolicyDocument {
    /// The roles that a role has the permissions of, itself included.
    func lineage(of role: String) -> Set<String> {
        Self.reachable(from: role) { roles[$0]?.inherits ?? [] }
    }

    /// The roles whose holders are members of a group in an environment.
    func members(of group: String, in environment: String) -> Set<String> {
        let included = Self.reachable(from: group) { groups[$0]?.includes ?? [] }
        let members = included.flatMap { groups[$0]?.members ?? [] }
        return Set(members.filter { $0.environment?.contains(environment) ?? true }.flatMap(\.roles))
    }

    static func reachable(from start: String, _ next: (String) -> [String]) -> Set<String> {
        var seen: Set<String> = [start]
        var waiting = [start]
        while let name = waiting.popLast() {
            for other in next(name) where seen.insert(other).inserted { waiting.append(other) }
        }
        return seen
    }

    /// The environments that it names anywhere.
    var environments: Set<String> {
        Set(groups.values.flatMap(\.members).compactMap(\.environment).joined())
            .union(rules.compactMap(\.environment).joined())
    }

    /// This document with what another one adds: roles, groups and rules of the same name take the place of those here,
    /// new rules come behind.
    func extended(by other: PolicyDocument) -> PolicyDocument {
        var whole = self
        whole.roles.merge(other.roles) { $1 }
        whole.groups.merge(other.groups) { $1 }
        for rule in other.rules {
            if let place = whole.rules.firstIndex(where: { $0.id == rule.id }) {
                whole.rules[place] = rule
            } else {
                whole.rules.append(rule)
            }
        }
        return whole
    }
}
