import TuttiCore
import TuttiYAML

/// Makes a document of a file's tree and finds everything that is wrong with it.
struct PolicyReader {
    /// What a file may build on, by the name in its `extends`.
    static let builtInName = "built-in"

    var fields = FieldReader(entriesMax: PolicyLimits.entriesMax)
    /// Names that may be referred to: those of the file and of what it builds on.
    private(set) var knownRoles: Set<String> = []
    private(set) var knownGroups: Set<String> = []

    /// The whole document: what the file says, on top of what it extends.
    ///
    /// - Parameter builtIn: what `extends: built-in` means.
    /// - Throws: ``FieldError`` with every problem.
    static func read(_ root: FieldNode, builtIn: PolicyDocument?) throws(FieldError) -> PolicyDocument {
        var reader = PolicyReader()
        let document = reader.document(root, builtIn: builtIn)
        guard reader.fields.problems.isEmpty else { throw FieldError(reader.fields.problems) }
        return document
    }

    private mutating func document(_ root: FieldNode, builtIn: PolicyDocument?) -> PolicyDocument {
        let members = fields.members(root, of: "a policy file", known: ["extends", "roles", "groups", "rules"])
        let base = base(members["extends"], builtIn: builtIn)
        let roles = members["roles"].map { fields.anyMembers($0, of: "roles") } ?? []
        let groups = members["groups"].map { fields.anyMembers($0, of: "groups") } ?? []
        knownRoles = Set(base.roles.keys).union(roles.map(\.key))
        knownGroups = Set(base.groups.keys).union(groups.map(\.key))
        var own = PolicyDocument()
        // One more than a limit is enough to see that it is broken.
        for (name, node) in roles.prefix(PolicyLimits.rolesMax + 1) { own.roles[checked(name, node)] = role(node) }
        for (name, node) in groups.prefix(PolicyLimits.groupsMax + 1) { own.groups[checked(name, node)] = group(node) }
        own.rules = rules(members["rules"])
        let whole = base.extended(by: own)
        checkCycles(roles, of: "inherits") { whole.roles[$0]?.inherits ?? [] }
        checkCycles(groups, of: "includes") { whole.groups[$0]?.includes ?? [] }
        checkSizes(root, whole)
        return whole
    }

    private mutating func base(_ node: FieldNode?, builtIn: PolicyDocument?) -> PolicyDocument {
        guard let node, let name = fields.text(node, max: PolicyLimits.textLengthMax) else { return PolicyDocument() }
        if name == Self.builtInName, let builtIn { return builtIn }
        fields.note(node, .value, "there is nothing to build on but '\(Self.builtInName)'; write that, or leave it out")
        return PolicyDocument()
    }

    private mutating func checked(_ name: String, _ node: FieldNode) -> String {
        if !FieldReader.isName(name) {
            let shown = name.prefix(PolicyLimits.nameLengthMax)
            fields.note(node, .value, "'\(shown)' is no name; \(FieldReader.nameRule)")
        }
        return name
    }

    // MARK: Roles and groups

    private mutating func role(_ node: FieldNode) -> PolicyDocument.Role {
        let members = fields.members(node, of: "a role", known: ["summary", "inherits", "permissions"])
        return PolicyDocument.Role(
            summary: fields.text(members["summary"], max: PolicyLimits.textLengthMax) ?? "",
            inherits: roleNames(members["inherits"]) ?? [],
            permissions: grants(members["permissions"]))
    }

    private mutating func grants(_ node: FieldNode?) -> [PermissionGrant] {
        (fields.items(node) ?? []).compactMap { item in
            guard let text = fields.text(item, max: 2 * PolicyLimits.nameLengthMax) else { return nil }
            let (pattern, reach) = PermissionGrant.read(text)
            if let problem = pattern.problem { fields.note(item, .unknownPermission, problem) }
            guard let reach else {
                fields.note(item, .value, "behind the colon of '\(text)' stands no reach; it takes :own or :all")
                return nil
            }
            return PermissionGrant(pattern: pattern, reach: reach)
        }
    }

    private mutating func group(_ node: FieldNode) -> PolicyDocument.Group {
        let members = fields.members(node, of: "a group", known: ["includes", "members"])
        let entries = (fields.items(members["members"]) ?? []).map { item in
            let keys = fields.members(item, of: "a line of members", known: ["roles", "environment"])
            if keys["roles"] == nil { fields.note(item, .missing, "names no roles; add roles: [NAME]") }
            return PolicyDocument.Group.Member(
                roles: roleNames(keys["roles"]) ?? [], environment: environments(keys["environment"]))
        }
        return PolicyDocument.Group(includes: groupNames(members["includes"]) ?? [], members: entries)
    }

    // MARK: Names

    mutating func roleNames(_ node: FieldNode?) -> [String]? { known(node, "role", knownRoles) }

    mutating func groupNames(_ node: FieldNode?) -> [String]? { known(node, "group", knownGroups) }

    private mutating func known(_ node: FieldNode?, _ what: String, _ names: Set<String>) -> [String]? {
        guard let items = fields.items(node) else { return nil }
        return items.compactMap { item in
            guard let name = fields.name(item) else { return nil }
            if names.contains(name) { return name }
            let near = NearestName.find(name, among: names).map { "did you mean '\($0)'?" }
            let list = names.isEmpty ? "the file has none" : "there are \(names.sorted().joined(separator: ", "))"
            fields.note(item, .unknownName, "there is no \(what) '\(name)'; \(near ?? list)")
            return nil
        }
    }

    mutating func environments(_ node: FieldNode?) -> [String]? {
        guard let node, let names = fields.someNames(node) else { return nil }
        for name in names where name != name.lowercased() {
            fields.note(node, .value, "environments are written in lower case: '\(name.lowercased())'")
        }
        return names
    }

    // MARK: The whole

    private mutating func checkCycles(
        _ entries: [(key: String, value: FieldNode)], of key: String, _ next: (String) -> [String]
    ) {
        var told: Set<String> = []
        for (name, node) in entries where !told.contains(name) {
            guard let way = NameCycle.way(from: name, next: next) else { continue }
            told.formUnion(way)
            let shown = (way + [name]).joined(separator: " → ")
            fields.note(node, .cycle, "\(key) itself: \(shown); take one of these away")
        }
    }

    private mutating func checkSizes(_ root: FieldNode, _ whole: PolicyDocument) {
        let sizes = [
            ("roles", whole.roles.count, PolicyLimits.rolesMax), ("groups", whole.groups.count, PolicyLimits.groupsMax),
            ("rules", whole.rules.count, PolicyLimits.rulesMax),
            ("environments", whole.environments.count, PolicyLimits.environmentsMax),
        ]
        for (what, count, max) in sizes where count > max {
            fields.note(root, .limit, "there are \(count) \(what), the limit is \(max); use fewer")
        }
    }
}
