/// What came of a question, and why.
package struct PolicyDecision: Sendable, Hashable, CustomStringConvertible {
    /// What may be done.
    package enum Effect: Sendable, Hashable, CustomStringConvertible {
        /// It may be done; to what is one's own, or to everything of the tenant.
        case allow(Reach)
        /// It may not.
        case deny
        /// It may be done as soon as somebody has approved of it.
        case needsApproval

        /// `allow:own`, `allow:all`, `deny`, `needs_approval`
        package var description: String {
            switch self {
            case .allow(let reach): "allow:\(reach.rawValue)"
            case .deny: "deny"
            case .needsApproval: "needs_approval"
            }
        }
    }

    package let effect: Effect
    /// The id of the rule that decided: one of the document, `role:NAME` for a permission of a role, or one of
    /// ``Bound``.
    package let rule: String
    /// One sentence for people.
    package let reason: String

    package init(_ effect: Effect, rule: String, reason: String) {
        self.effect = effect
        self.rule = rule
        self.reason = reason
    }

    /// How far the caller may reach; `nil` when they may not, or not yet.
    package var reach: Reach? {
        if case .allow(let reach) = effect { reach } else { nil }
    }

    /// `allow:own by role:user: …`
    package var description: String { "\(effect) by \(rule): \(reason)" }

    /// Rules that are part of every policy. No rule of a document may have such an id.
    package enum Bound: String, Sendable, CaseIterable {
        /// Nothing allows it.
        case fallback = "default"
        /// The API key's scopes do not hold the permission.
        case scope
        /// The API key is for another project.
        case keyProject = "key_project"
        /// What allows it reaches only one's own, and the thing is somebody else's.
        case owner
    }
}
