/// What holds whatever the rules say: the bounds of API keys, and what is whose.
package enum PolicyBounds {
    /// Areas whose things lie in projects. For a key of one project, such a thing without a project is another
    /// project's.
    private static let areasOfProjects: Set<String> = ["runs", "approvals", "roundtables", "projects", "uploads"]

    /// Why a question is denied before any rule is looked at; `nil` when it is not.
    package static func refusal(_ question: PolicyQuestion) -> PolicyDecision? {
        let (principal, permission) = (question.principal, question.permission)
        guard permission.exists else {
            return .deny(.fallback, "there is no permission '\(permission.text.prefix(PolicyLimits.nameLengthMax))'")
        }
        if let scopes = principal.scopes, !isCovered(permission, by: scopes) {
            return .deny(.scope, "the API key's scopes do not hold \(permission)")
        }
        guard let project = principal.project, question.resource.project != project else { return nil }
        if question.resource.project != nil {
            return .deny(.keyProject, "the API key is for another project")
        }
        guard areasOfProjects.contains(permission.area) else { return nil }
        return .deny(.keyProject, "the API key is for one project, and this is in none")
    }

    /// A decision that allows no more than what is the caller's own, held against the owner of the thing.
    package static func held(_ decision: PolicyDecision, to question: PolicyQuestion) -> PolicyDecision {
        guard decision.effect == .allow(.own), isOthers(question) else { return decision }
        return .others(question)
    }

    /// Whether the thing is known to be somebody else's.
    static func isOthers(_ question: PolicyQuestion) -> Bool {
        question.resource.owner.map { $0 != question.principal.id } ?? false
    }

    static func isCovered(_ permission: Permission, by scopes: Set<String>) -> Bool {
        scopes.contains(permission.text) || scopes.contains("*") || scopes.contains(permission.areaPattern)
    }
}

extension Permission {
    /// Areas of what belongs to people or to the whole organisation, and to no project.
    private static let areasBeyondProjects: Set<String> = [
        "users", "roles", "keys", "sessions", "policy", "settings", "audit",
    ]

    /// Whether it is for what lies in no project, so that a key of one project is never for it.
    package var isBeyondProjects: Bool { Self.areasBeyondProjects.contains(area) }
}

extension Principal {
    /// Whether the bounds of an API key leave a permission to it, whoever it is of.
    package func reaches(_ permission: Permission) -> Bool {
        if let scopes, !PolicyBounds.isCovered(permission, by: scopes) { return false }
        return project == nil || !permission.isBeyondProjects
    }
}

extension PolicyDecision {
    static func others(_ question: PolicyQuestion) -> PolicyDecision {
        .deny(.owner, "\(question.permission) reaches only what is one's own, and this is somebody else's")
    }

    static func deny(_ bound: Bound, _ reason: String) -> PolicyDecision {
        PolicyDecision(.deny, rule: bound.rawValue, reason: reason)
    }
}
