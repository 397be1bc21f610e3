import TuttiAccess
import TuttiConfiguration
import TuttiCore

/// Roles that somebody has typed, held against the policy of the configuration.
enum RoleNames {
    /// - Throws: ``InputError`` for a role that the policy does not have, and for too many.
    static func checked(_ typed: [String], _ rules: PolicyRules) throws(InputError) -> Set<String> {
        for role in typed where !rules.hasRole(role) {
            let names = rules.roles.map(\.name)
            let wayOut =
                NearestName.find(role, among: names).map { "did you mean '\($0)'?" }
                ?? "the policy has \(names.joined(separator: ", "))"
            throw InputError("--role: there is no role '\(CleanText.line(role, bytesMax: 60))'; \(wayOut)")
        }
        guard Set(typed).count <= PolicyLimits.rolesMax else {
            throw InputError("--role: a person has at most \(PolicyLimits.rolesMax) roles; give fewer")
        }
        return Set(typed)
    }
}
