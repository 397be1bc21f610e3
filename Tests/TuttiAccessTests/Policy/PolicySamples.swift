import FoundationEssentials
import Testing
import TuttiCore
import TuttiYAML

@testable import TuttiAccess

/// Questions and policies that tests share.
enum PolicySamples {
    static let environments = ["dev", "stage", "test", "prod"]

    static func principal(
        _ roles: Set<String>, id: String? = "ann", scopes: Set<String>? = nil, project: String? = nil
    ) -> Principal {
        Principal(
            tenant: "default", id: id, name: "Ann", roles: roles, credential: .machine, scopes: scopes,
            project: project)
    }

    static func question(
        _ roles: Set<String> = ["worker"], _ permission: Permission = "runs.read",
        _ resource: PolicyResource = PolicyResource(kind: "run"), environment: String = "prod",
        time: Timestamp = PolicyCase.timeOfFallback, approved: Bool = false
    ) -> PolicyQuestion {
        PolicyQuestion(
            principal: principal(roles), permission: permission, resource: resource, environment: environment,
            time: time, approved: approved)
    }

    /// A policy of one role without permissions, and some rules.
    static func rules(_ rules: String) throws -> PolicyRules {
        try PolicyRules(yaml: "roles: {worker: {}, other: {}}\nrules:\n" + rules)
    }

    /// What is wrong with a policy.
    static func problems(_ yaml: String) -> [FieldProblem] {
        do throws(FieldError) {
            _ = try PolicyRules(yaml: yaml)
            return []
        } catch {
            return error.problems
        }
    }

    /// A file of the folder `policies`.
    static func file(_ name: String) throws -> String {
        var root = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        root.removeLast(4)
        return try String(contentsOfFile: root.joined(separator: "/") + "/policies/" + name, encoding: .utf8)
    }
}
