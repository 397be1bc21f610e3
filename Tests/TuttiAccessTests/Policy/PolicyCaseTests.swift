import Testing
import TuttiCore
import TuttiYAML

@testable import TuttiAccess

/// Questions with what is expected of them.
struct PolicyCaseTests {
    @Test func aCaseSaysWhatCameInstead() async throws {
        let cases = try PolicyCase.read(
            yaml: """
                cases:
                  - {name: right, roles: [user], permission: runs.read, expect: allow}
                  - {name: other effect, roles: [user], permission: runs.read, expect: "allow:all"}
                  - {roles: [user], permission: runs.read, expect: "allow:own", rule: default}
                  - {name: only asked, roles: [user], permission: users.read}
                  - {name: needs, roles: [user], permission: runs.read, expect: needs_approval}
                """)
        let results = await PolicyCase.results(cases, by: PolicyRules.builtIn)
        #expect(results.map(\.isMet) == [true, false, false, true, false])
        #expect(results[1].difference == "expected allow:all, came allow:own by role:user")
        #expect(results[2].difference == "expected allow:own by default, came allow:own by role:user")
        #expect(results[2].policyCase.name == "case 3")
        #expect(results[3].decision.effect == .deny)
    }

    @Test func aQuestionOfFlags() throws {
        let asked = try PolicyCase(json: [
            "roles": ["user"], "user": "ann", "permission": "runs.read", "environment": "dev",
            "time": "2026-01-05T09:30:00Z", "approved": true, "scopes": ["runs.*"], "key_project": "p",
            "resource": ["id": "run_1", "owner": "bob", "project": "p", "category": "c", "attributes": ["a": 1]],
        ])
        let expected = PolicyQuestion(
            principal: Principal(
                tenant: "default", id: "ann", name: "ann", roles: ["user"], credential: .machine, scopes: ["runs.*"],
                project: "p"),
            permission: "runs.read",
            resource: PolicyResource(
                kind: "runs", id: "run_1", owner: "bob", project: "p", category: "c", attributes: ["a": 1]),
            environment: "dev", time: Timestamp(milliseconds: 1_767_605_400_000), approved: true)
        #expect(asked.question == expected)
        #expect(asked.expected == nil && asked.rule == nil)
    }

    @Test func whereNothingIsSaidLeastIsAllowed() throws {
        let asked = try PolicyCase(json: ["permission": "runs.read"])
        #expect(asked.question.environment == "prod" && asked.question.time == PolicyCase.timeOfFallback)
        #expect(asked.question.principal.roles.isEmpty && !asked.question.approved)
    }

    @Test(arguments: [
        ("", FieldProblem.Rule.missing), ("roles: []", .unknownKey), ("cases: {}", .value),
        ("cases: [{roles: [user]}]", .missing), ("cases: [{permission: runs.reed}]", .unknownPermission),
        ("cases: [{permission: 'runs.*'}]", .unknownPermission),
        ("cases: [{permission: runs.read, expect: maybe}]", .value),
        ("cases: [{permission: runs.read, time: noon}]", .value),
        ("cases: [{permission: runs.read, scopes: [runs.reed]}]", .unknownPermission),
        ("cases: [{permission: runs.read, resource: {color: red}}]", .unknownKey),
        ("cases: [{permission: runs.read, resource: {attributes: {a: [1]}}}]", .value),
    ])
    func aMistakeIsTold(_ yaml: String, _ rule: FieldProblem.Rule) {
        let error = #expect(throws: FieldError.self) { try PolicyCase.read(yaml: yaml) }
        #expect(error?.problems.first?.rule == rule, "\(String(describing: error))")
    }

    @Test func casesAreBounded() {
        let line = "- {permission: runs.read}\n"
        let fits = "cases:\n" + String(repeating: line, count: PolicyLimits.casesMax)
        #expect((try? PolicyCase.read(yaml: fits))?.count == PolicyLimits.casesMax)
        #expect(throws: FieldError.self) { try PolicyCase.read(yaml: fits + line) }
    }
}
