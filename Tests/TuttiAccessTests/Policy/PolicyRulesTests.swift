import Synchronization
import Testing
import TuttiCore

@testable import TuttiAccess

/// How rules decide.
struct PolicyRulesTests {
    private typealias Samples = PolicySamples

    // MARK: What wins

    @Test(arguments: [true, false])
    func aDenialWinsInAnyOrder(isFirst: Bool) throws {
        let allow = "  - {id: may, effect: allow, permissions: ['*'], reach: all}\n"
        let deny = "  - {id: never, effect: deny, permissions: [runs.read]}\n"
        let rules = try Samples.rules(isFirst ? deny + allow : allow + deny)
        #expect(rules.decide(Samples.question()).effect == .deny)
        #expect(rules.decide(Samples.question()).rule == "never")
        #expect(rules.decide(Samples.question(["worker"], "runs.start")).rule == "may")
    }

    @Test func ofDenialsTheFirstIsTold() throws {
        let rules = try Samples.rules(
            """
              - {id: second, effect: deny, permissions: [models.read]}
              - {id: b, effect: deny, permissions: [runs.read], reason: because of b}
              - {id: a, effect: deny, permissions: ["runs.*"]}
            """)
        #expect(
            rules.decide(Samples.question()) == PolicyDecision(.deny, rule: "b", reason: "because of b"))
    }

    @Test func theWiderReachWins() throws {
        let rules = try PolicyRules(
            yaml: """
                roles: {worker: {permissions: [runs.read]}, boss: {permissions: ["runs.read:all"]}}
                rules: [{id: wide, effect: allow, permissions: [runs.start], reach: all, roles: [worker]},
                        {id: narrow, effect: allow, permissions: ["runs.*"], roles: [worker]}]
                """)
        #expect(rules.decide(Samples.question()).effect == .allow(.own))
        #expect(rules.decide(Samples.question(["worker", "boss"])).effect == .allow(.all))
        #expect(rules.decide(Samples.question(["worker", "boss"])).rule == "role:boss")
        #expect(rules.decide(Samples.question(["worker"], "runs.start")).rule == "wide")
        #expect(rules.decide(Samples.question(["worker"], "runs.delete")).rule == "narrow")
    }

    @Test func anApprovalHoldsBackWhateverAllows() throws {
        let rules = try PolicyRules(
            yaml: """
                roles: {worker: {permissions: [runs.delete]}, boss: {permissions: ["runs.delete:all"]}, guest: {}}
                rules: [{id: ask, effect: needs_approval, permissions: [runs.delete], reason: ask first},
                        {id: wide, effect: allow, permissions: [runs.delete], environment: [dev], roles: [guest]}]
                """)
        let question = Samples.question(["worker"], "runs.delete")
        #expect(rules.decide(question) == PolicyDecision(.needsApproval, rule: "ask", reason: "ask first"))
        var approved = question
        approved.approved = true
        #expect(rules.decide(approved).effect == .allow(.own) && rules.decide(approved).rule == "role:worker")
        #expect(rules.decide(Samples.question(["boss"], "runs.delete")).rule == "ask")
        let boss = rules.decide(Samples.question(["boss"], "runs.delete", approved: true))
        #expect(boss.effect == .allow(.all) && boss.rule == "role:boss")
        // What a rule allows is held back as well, and nobody gets by an approval what nothing allows.
        #expect(rules.decide(Samples.question(["guest"], "runs.delete", environment: "dev")).rule == "ask")
        for isApproved in [false, true] {
            let nothing = rules.decide(Samples.question(["guest"], "runs.delete", approved: isApproved))
            #expect(nothing.effect == .deny && nothing.rule == "default")
        }
    }

    @Test func theFirstRequirementThatHoldsIsTold() throws {
        let rules = try PolicyRules(
            yaml: """
                roles: {worker: {permissions: ["runs.*"]}, other: {permissions: ["runs.*"]}}
                rules: [{id: project, effect: needs_approval, permissions: [runs.delete], project: [p]},
                        {id: others, effect: needs_approval, permissions: [runs.delete], roles: [other]},
                        {id: all, effect: needs_approval, permissions: ["runs.*"], environment: [prod]}]
                """)
        func rule(_ role: String, _ environment: String, _ project: String? = nil) -> String {
            rules.decide(
                Samples.question(
                    [role], "runs.delete", PolicyResource(kind: "run", project: project), environment: environment)
            ).rule
        }
        #expect(rule("worker", "prod", "p") == "project" && rule("worker", "prod") == "all")
        #expect(rule("other", "prod") == "others" && rule("worker", "dev") == "role:worker")
    }

    @Test func anApprovalLiftsNoDenial() throws {
        let rules = try Samples.rules(
            """
              - {id: may, effect: allow, permissions: [runs.delete]}
              - {id: ask, effect: needs_approval, permissions: [runs.delete]}
              - {id: never, effect: deny, permissions: [runs.delete], environment: [prod]}
            """)
        let question = Samples.question(["worker"], "runs.delete", approved: true)
        #expect(rules.decide(question).rule == "never")
    }

    // MARK: Whose it is

    @Test func whatIsSomebodyElsesIsBeyondOwn() throws {
        let rules = try PolicyRules(
            yaml: """
                roles: {worker: {permissions: [runs.read]}}
                rules: [{id: may, effect: allow, permissions: [runs.delete]},
                        {id: ask, effect: needs_approval, permissions: [runs.delete]}]
                """)
        let others = PolicyResource(kind: "run", id: "run_1", owner: "bob")
        for permission: Permission in ["runs.read", "runs.delete"] {
            #expect(rules.decide(Samples.question(["worker"], permission, others)).rule == "owner")
        }
        #expect(rules.decide(Samples.question(["worker"], "models.read", others)).rule == "default")
        var nobody = Samples.question(["worker"], "runs.read", others)
        nobody.principal.id = nil
        #expect(rules.decide(nobody).rule == "owner")
        nobody.resource.owner = nil
        #expect(rules.decide(nobody).effect == .allow(.own))
    }

    // MARK: Who it is for

    @Test func rulesAreForRolesGroupsOrEverybody() throws {
        let rules = try PolicyRules(
            yaml: """
                roles: {a: {}, b: {}, c: {}}
                groups: {G: {members: [{roles: [b], environment: [dev]}]}}
                rules:
                  - {id: either, effect: allow, permissions: [runs.read], roles: [a], groups: [G]}
                  - {id: everybody, effect: allow, permissions: [models.read]}
                  - {id: but, effect: allow, permissions: [runs.start], except_roles: [c], except_groups: [G]}
                """)
        func allows(_ roles: Set<String>, _ permission: Permission, _ environment: String = "dev") -> Bool {
            rules.decide(Samples.question(roles, permission, environment: environment)).reach != nil
        }
        #expect(allows(["a"], "runs.read") && allows(["b"], "runs.read") && !allows(["c"], "runs.read"))
        #expect(!allows(["b"], "runs.read", "prod"))
        #expect(allows([], "models.read") && allows(["nobody"], "models.read"))
        #expect(allows(["a"], "runs.start") && !allows(["a", "c"], "runs.start") && !allows(["b"], "runs.start"))
        #expect(allows(["b"], "runs.start", "prod"))
    }

    // MARK: Conditions

    @Test func environments() throws {
        let rules = try Samples.rules(
            "  - {id: x, effect: allow, permissions: [runs.read], environment: [dev, test]}\n")
        #expect(rules.decide(Samples.question(environment: "DEV")).rule == "x")
        #expect(rules.decide(Samples.question(environment: "prod")).rule == "default")
        #expect(rules.decide(Samples.question(environment: "")).rule == "default")
    }

    @Test func projectsCategoriesAgentsAndAttributes() throws {
        let rules = try Samples.rules(
            """
              - {id: project, effect: allow, permissions: [runs.read], project: [prj_1, "team-*"]}
              - {id: finance, effect: allow, permissions: [agents.execute], categories: ["finance*"], agents: ["*er"]}
              - {id: risk, effect: deny, permissions: [agents.execute], attributes: {level: 3, risk: high, on: true}}
            """)
        func rule(_ permission: Permission, _ resource: PolicyResource) -> String {
            rules.decide(Samples.question(["worker"], permission, resource)).rule
        }
        #expect(rule("runs.read", PolicyResource(kind: "run", project: "prj_1")) == "project")
        #expect(rule("runs.read", PolicyResource(kind: "run", project: "team-a")) == "project")
        #expect(rule("runs.read", PolicyResource(kind: "run", project: "prj_12")) == "default")
        #expect(rule("runs.read", PolicyResource(kind: "run")) == "default")
        var agent = PolicyResource(kind: "agent", id: "writer", category: "finance-eu")
        #expect(rule("agents.execute", agent) == "finance")
        agent.attributes = ["level": 3, "risk": "high"]
        #expect(rule("agents.execute", agent) == "finance")
        agent.attributes = ["level": .double(3), "risk": "high", "on": true]
        #expect(rule("agents.execute", agent) == "risk")
        agent.id = "writers"
        agent.attributes = [:]
        #expect(rule("agents.execute", agent) == "default")
        let named = PolicyResource(kind: "run", category: "finance", attributes: ["agent": "writer"])
        #expect(rule("agents.execute", named) == "finance")
    }

    /// In the seed it matched nothing.
    @Test func aStarIsForAllCategoriesAndForNone() throws {
        let rules = try Samples.rules(
            "  - {id: x, effect: allow, permissions: [agents.execute], categories: ['*'], agents: ['*']}\n")
        for category in ["finance", nil] {
            let resource = PolicyResource(kind: "agent", category: category)
            #expect(rules.decide(Samples.question(["worker"], "agents.execute", resource)).rule == "x")
        }
    }

    // MARK: Keys

    @Test func whatDoesNotExistIsNeverAllowed() {
        let decision = PolicyRules.builtIn.decide(Samples.question(["owner"], "runs.reed"))
        #expect(decision.effect == .deny && decision.rule == "default")
    }

    @Test func aScopeThatIsNoneHoldsNothing() {
        var question = Samples.question(["owner"], "runs.read")
        for scope in ["", "run", "runs", "runs.", "Runs.read", "runs.read:all", "r*", "**"] {
            question.principal.scopes = [scope]
            #expect(PolicyRules.builtIn.decide(question).rule == "scope", "\(scope)")
        }
    }

    @Test func aKeyOfAProjectMakesNothingElsewhere() {
        var question = Samples.question(["owner"], "runs.start", PolicyResource(kind: "run"))
        question.principal.project = "prj_1"
        #expect(PolicyRules.builtIn.decide(question).rule == "key_project")
        question.resource.project = "prj_1"
        #expect(PolicyRules.builtIn.decide(question).effect == .allow(.all))
    }

    // MARK: Extending

    @Test func aFileChangesOnlyWhatItNames() throws {
        let rules = try PolicyRules(
            yaml: """
                extends: built-in
                roles: {auditor: {inherits: [user], permissions: ["audit.read:all"]}, manager: {permissions: []}}
                rules: [{id: private-only, effect: deny, permissions: [private.use]}]
                """)
        #expect(rules.decide(Samples.question(["auditor"], "audit.read")).effect == .allow(.all))
        #expect(rules.decide(Samples.question(["auditor"], "runs.read")).effect == .allow(.own))
        #expect(rules.decide(Samples.question(["manager"], "runs.read")).effect == .deny)
        #expect(rules.decide(Samples.question(["operator"], "runs.read")).effect == .allow(.all))
        let developer = Samples.question(["developer"], "private.use", environment: "dev")
        #expect(rules.decide(developer).rule == "private-only")
        #expect(rules.hasRole("auditor") && !PolicyRules.builtIn.hasRole("auditor"))
        #expect(try PolicyRules(json: rules.document).document == rules.document)
    }

    @Test func eachDecisionIsToldWithItsRule() async {
        final class Log: DecisionObserver {
            let rules = Mutex<[String]>([])
            func decided(_ question: PolicyQuestion, _ decision: PolicyDecision) {
                rules.withLock { $0.append("\(question.permission) \(decision.rule)") }
            }
        }
        let log = Log()
        let decider = ObservedDecider(PolicyRules.builtIn, observer: log)
        #expect(await decider.decide(Samples.question(["user"])).rule == "role:user")
        #expect(await decider.decide(Samples.question(["user"], "users.read")).rule == "default")
        #expect(log.rules.withLock(\.self) == ["runs.read role:user", "users.read default"])
    }
}
