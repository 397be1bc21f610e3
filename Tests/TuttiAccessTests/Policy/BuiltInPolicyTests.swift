import Testing
import TuttiCore

@testable import TuttiAccess

/// The policy of a server that was given no other.
struct BuiltInPolicyTests {
    @Test func theProgramHoldsTheFile() throws {
        #expect(PolicyRules.builtInText == (try PolicySamples.file("tutti.yaml")))
        #expect(PolicyRules.builtIn.document == (try PolicyRules(yaml: PolicyRules.builtInText)).document)
        #expect(
            PolicyRules.builtIn.roles.map(\.name)
                == ["admin", "agent_operator", "developer", "manager", "operator", "owner", "user"])
        #expect(PolicyRules.builtIn.roles.allSatisfy { !$0.summary.isEmpty })
    }

    @Test func theCasesThatAreShippedAreMet() async throws {
        let cases = try PolicyCase.read(yaml: try PolicySamples.file("cases.yaml"))
        #expect(cases.count > 50)
        for result in await PolicyCase.results(cases, by: PolicyRules.builtIn) {
            #expect(result.difference == nil, "\(result.policyCase.name)")
        }
    }

    @Test func theExampleOfApprovalsHoldsBackWhoMay() async throws {
        let rules = try PolicyRules(yaml: try PolicySamples.file("approvals.yaml"))
        let cases = try PolicyCase.read(yaml: try PolicySamples.file("approvals-cases.yaml"))
        #expect(cases.count > 10)
        for result in await PolicyCase.results(cases, by: rules) {
            #expect(result.difference == nil, "\(result.policyCase.name)")
        }
    }

    @Test func ownersMayEverything() {
        #expect(PolicyRules.builtIn.permissions(of: ["owner"]).count == Permission.all.count)
        #expect(PolicyRules.builtIn.permissions(of: ["owner"]).values.allSatisfy { $0 == .all })
    }

    @Test func adminsLackOnlyWhatIsNamed() {
        let missing = Set(Permission.all).subtracting(PolicyRules.builtIn.permissions(of: ["admin"]).keys)
        #expect(missing == ["settings.manage", "private.use"])
    }

    @Test(arguments: ["runs.delete", "users.read", "users.manage", "secrets.read", "secrets.write", "settings.manage"])
    func operatorsLack(_ permission: String) {
        #expect(PolicyRules.builtIn.permissions(of: ["operator"])[Permission(permission)] == nil)
    }

    // MARK: Seed 4's groups, cell by cell

    private static let outside: [String: Set<String>] = [
        "ADMIN": ["admin", "developer"], "STAFF": ["admin", "manager", "developer"],
        "COMMON": ["admin", "manager", "user", "developer"], "PRIVATE": ["developer"],
    ]
    private static let production: [String: Set<String>] = [
        "ADMIN": ["admin"], "STAFF": ["admin", "manager"], "COMMON": ["admin", "manager", "user"], "PRIVATE": [],
    ]

    @Test(arguments: PolicyRules.builtIn.roles.map(\.name), PolicySamples.environments)
    func groupsOf(_ role: String, _ environment: String) {
        let table = environment == "prod" ? Self.production : Self.outside
        let expected = Set(table.filter { $0.value.contains(role) }.keys)
        #expect(PolicyRules.builtIn.groups(of: [role], environment: environment) == expected)
        #expect(PolicyRules.builtIn.groups(of: [role], environment: environment.uppercased()) == expected)
        let question = PolicySamples.question([role], "private.use", environment: environment)
        let isAllowed = PolicyRules.builtIn.decide(question).reach != nil
        #expect(isAllowed == (role == "developer" && environment != "prod"))
    }

    @Test func whereNobodyKnowsWhereItIsDevelopersAreInNoGroup() {
        #expect(PolicyRules.builtIn.groups(of: ["developer"], environment: "canary").isEmpty)
    }
}
