import Glibc
import TuttiAccess
import TuttiCore
import TuttiRuntime

// What it costs to decide by rules: policy-decisions DECISIONS
//
// Asks the built-in policy as people of three roles do, then a policy of 500 denials whose patterns all have to be
// looked at, since each of them may be the one that holds. Between them, one that asks for an approval.

func principal(_ role: String) -> Principal {
    Principal(
        tenant: "default", id: "usr_1", name: "Ada", roles: [role], credential: .machine, scopes: nil, project: nil)
}

func question(_ role: String, _ permission: Permission, owner: String? = nil) -> PolicyQuestion {
    PolicyQuestion(
        principal: principal(role), permission: permission, resource: PolicyResource(kind: "run", owner: owner),
        environment: "prod", time: Timestamp(milliseconds: 1_780_000_000_000))
}

func measure(_ name: String, _ rules: PolicyRules, _ questions: [PolicyQuestion], decisions: Int) {
    let clock = SystemTimekeeper()
    let start = clock.uptime()
    var allowed = 0
    for number in 0..<decisions where rules.decide(questions[number % questions.count]).effect != .deny {
        allowed += 1
    }
    let took = Int((clock.uptime() - start) / .nanoseconds(1))
    print("\(name): \(took / decisions) ns a decision, \(allowed * 100 / decisions)% allowed")
}

func run(decisions: Int) throws {
    for role in ["owner", "developer", "user"] {
        measure(
            "built-in policy, \(role)", .builtIn,
            [
                question(role, "runs.read", owner: "usr_1"), question(role, "runs.start"),
                question(role, "users.manage"),
            ],
            decisions: decisions)
    }
    let denials = (0..<500).map { number in
        "  - {id: d\(number), effect: deny, permissions: ['runs.*'], environment: [prod], project: [p\(number)]}\n"
    }
    let approvals = try PolicyRules(
        yaml: "extends: built-in\nrules: [{id: two, effect: needs_approval, permissions: [runs.start]}]")
    measure(
        "a requirement", approvals,
        [question("owner", "runs.read"), question("owner", "runs.start"), question("user", "runs.start")],
        decisions: decisions)
    let rules = try PolicyRules(
        yaml: "roles: {worker: {permissions: ['runs.*']}}\nrules:\n" + denials.joined())
    measure(
        "500 denials that do not hold", rules, [question("worker", "runs.read", owner: "usr_1")],
        decisions: max(1, decisions / 100))
}

let arguments = CommandLine.arguments
guard arguments.count == 2, let decisions = Int(arguments[1]), decisions > 0 else {
    print("usage: policy-decisions DECISIONS")
    exit(2)
}
try run(decisions: decisions)
