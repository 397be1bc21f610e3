import TuttiCore

/// Which permissions a line of a policy, or a scope of an API key, is about: `runs.read`, `runs.*` or `*`.
struct PermissionPattern: Sendable, Hashable {
    let text: String

    /// Whether a permission is one of them. What does not exist is none.
    func covers(_ permission: Permission) -> Bool {
        guard permission.exists else { return false }
        return text == "*" || text == permission.text || text == permission.areaPattern
    }

    /// The pattern that was most likely meant by one that covers nothing; `nil` when it covers something.
    var problem: String? {
        if Permission.all.contains(where: covers) { return nil }
        let areas = Set(Permission.all.map(\.areaPattern))
        let near = NearestName.find(text, among: Permission.all.map(\.text) + areas + ["*"])
        let hint = near.map { "did you mean '\($0)'?" } ?? "write one such as runs.read, an area such as runs.*, or *"
        return "no permission is called '\(text.prefix(PolicyLimits.nameLengthMax))'; \(hint)"
    }
}

/// A permission of a role: a pattern and how far it reaches, written `runs.read` (one's own), `runs.read:all`.
struct PermissionGrant: Sendable, Hashable {
    let pattern: PermissionPattern
    let reach: Reach

    /// As it is written.
    var text: String { reach == .own ? pattern.text : "\(pattern.text):\(reach.rawValue)" }

    init(pattern: PermissionPattern, reach: Reach) {
        self.pattern = pattern
        self.reach = reach
    }

    /// Reads the written form; the reach is `nil` when what stands behind the colon is none.
    static func read(_ text: String) -> (pattern: PermissionPattern, reach: Reach?) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let pattern = PermissionPattern(text: String(parts[0]))
        return (pattern, parts.count == 1 ? .own : Reach(rawValue: String(parts[1])))
    }
}
