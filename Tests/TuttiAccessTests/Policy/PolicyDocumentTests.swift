import Testing
import TuttiCore
import TuttiYAML

@testable import TuttiAccess

/// What is wrong with a policy file is told, all of it at once.
struct PolicyDocumentTests {
    private typealias Samples = PolicySamples

    @Test func everyMistakeIsToldWithItsPlace() {
        let problems = Samples.problems(
            """
            roles:
              worker: {permissions: [runs.reed, "runs.read:mine"], inherit: []}
              king: {inherits: [wroker]}
            rules:
              - {id: x, effect: alow, permissions: [runs.read]}
              - {effect: deny, permissions: [runs.read], reach: all}
              - {id: z, effect: allow, permissions: ['*'], hours: {from: "8:00", to: "18:00", days: [mo]}}
            """)
        let told = problems.map { "\($0.path) \($0.rule.rawValue)" }
        #expect(
            told == [
                "roles.worker.inherit unknown_key", "roles.worker.permissions[0] unknown_permission",
                "roles.worker.permissions[1] value", "roles.king.inherits[0] unknown_name", "rules[0].effect value",
                "rules[1] missing", "rules[1].reach value", "rules[2].hours.from value", "rules[2].hours.days[0] value",
            ])
        #expect(problems[0].description.hasPrefix("2:"))
        #expect(problems[1].message.contains("did you mean 'runs.read'?"))
        #expect(problems[3].message.contains("did you mean 'worker'?"))
        #expect(problems[4].message.contains("did you mean 'allow'?"))
        #expect(problems.allSatisfy { $0.mark != nil })
    }

    @Test(arguments: [
        ("", FieldProblem.Rule.missing), ("a: [", .syntax), ("- a", .value), ("rols: {}", .unknownKey),
        ("extends: nothing", .value), ("extends: [a]", .value), ("roles: []", .value), ("roles: {a b: {}}", .value),
        ("roles: {a: {summary: yes}}", .value), ("roles: {a: {summary: 1}}", .value),
        ("roles: {a: {inherits: [a]}}", .cycle), ("roles: {a: {inherits: [b]}, b: {inherits: [a]}}", .cycle),
        ("groups: {a: {includes: [b]}, b: {includes: [a]}}", .cycle), ("groups: {a: {members: [{}]}}", .missing),
        ("groups: {a: {members: [{roles: [x]}]}}", .unknownName), ("groups: {a: {includes: [x]}}", .unknownName),
        ("rules: [{}]", .missing), ("rules: [{id: x, effect: allow}]", .missing),
        ("rules: [{id: default, effect: deny, permissions: ['*']}]", .taken),
        ("rules: [{id: opa_x, effect: deny, permissions: ['*']}]", .taken),
        ("rules: [{id: 'role:x', effect: deny, permissions: ['*']}]", .value),
        ("rules: [{id: x, effect: deny, permissions: []}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['runs.read:all']}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['run*']}]", .unknownPermission),
        ("rules: [{id: x, effect: deny, permissions: ['*'], approval: true}]", .value),
        ("rules: [{id: x, effect: allow, permissions: ['*'], approval: true}]", .value),
        ("rules: [{id: x, effect: needs_approval, permissions: ['*'], reach: all}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], environment: [PROD]}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], environment: []}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], environment: prod}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], roles: []}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], categories: ['a?']}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], attributes: {a: [1]}}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], attributes: {a: 1.5}}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], hours: {from: '08:00'}}]", .missing),
        ("rules: [{id: x, effect: deny, permissions: ['*'], hours: {from: '08:00', to: '08:00'}}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], hours: {from: '24:00', to: '08:00'}}]", .value),
        ("rules: [{id: x, effect: deny, permissions: ['*'], hours: {from: '08:00', to: '09:00', days: []}}]", .value),
        (
            "rules: [{id: x, effect: deny, permissions: ['*'], hours: {from: '08:00', to: '09:00', offset: CET}}]",
            .value
        ),
    ])
    func aMistakeIsTold(_ yaml: String, _ rule: FieldProblem.Rule) {
        let problems = Samples.problems(yaml)
        #expect(problems.first?.rule == rule, "\(problems)")
        #expect(problems.allSatisfy { !$0.message.isEmpty })
    }

    /// A rule that allows what it means to hold back would open it to everybody.
    @Test func anApprovalOfAnAllowTellsTheWayOut() {
        let yaml = "rules: [{id: x, effect: allow, permissions: [runs.delete], approval: true}]"
        #expect(Samples.problems(yaml).first?.message.contains("write effect: needs_approval") == true)
    }

    @Test func twoRulesOfOneIdAreOneTooMany() {
        let rule = "{id: x, effect: deny, permissions: ['*']}"
        #expect(Samples.problems("rules: [\(rule), \(rule)]").map(\.rule) == [.taken])
    }

    @Test func aCycleIsShownOnce() {
        let problems = Samples.problems(
            "roles: {a: {inherits: [b]}, b: {inherits: [c]}, c: {inherits: [a]}, d: {inherits: [a]}}")
        #expect(problems.map(\.rule) == [.cycle])
        #expect(problems.first?.message.contains("a → b → c → a") == true)
    }

    // MARK: Limits

    private static func roles(_ count: Int) -> String {
        "roles: {" + (0..<count).map { "r\($0): {}" }.joined(separator: ", ") + "}"
    }

    private static func groups(_ count: Int) -> String {
        "groups: {" + (0..<count).map { "g\($0): {}" }.joined(separator: ", ") + "}"
    }

    private static func rules(_ count: Int) -> String {
        "rules:\n"
            + (0..<count).map { "- {id: r\($0), effect: deny, permissions: ['*']}" }.joined(separator: "\n")
    }

    private static func environments(_ count: Int) -> String {
        let names = (0..<count).map { "e\($0)" }.joined(separator: ", ")
        return "rules: [{id: x, effect: deny, permissions: ['*'], environment: [\(names)]}]"
    }

    @Test func asManyAsMayBe() {
        #expect(Samples.problems(Self.roles(PolicyLimits.rolesMax)).isEmpty)
        #expect(Samples.problems(Self.groups(PolicyLimits.groupsMax)).isEmpty)
        #expect(Samples.problems(Self.rules(PolicyLimits.rulesMax)).isEmpty)
        #expect(Samples.problems(Self.environments(PolicyLimits.environmentsMax)).isEmpty)
    }

    @Test(arguments: [
        roles(PolicyLimits.rolesMax + 1), groups(PolicyLimits.groupsMax + 1), rules(PolicyLimits.rulesMax + 1),
        environments(PolicyLimits.environmentsMax + 1),
        "extends: built-in\n" + roles(PolicyLimits.rolesMax),
        "roles: {a: {summary: " + String(repeating: "a", count: PolicyLimits.textLengthMax + 1) + "}}",
        "roles: {a: {inherits: [" + String(repeating: "a, ", count: PolicyLimits.entriesMax + 1) + "]}}",
    ])
    func oneMoreIsTooMany(_ yaml: String) {
        #expect(Samples.problems(yaml).contains { $0.rule == .limit })
    }

    @Test func aNameIsNoStory() {
        let name = String(repeating: "a", count: PolicyLimits.nameLengthMax + 1)
        #expect(Samples.problems("roles: {\(name): {}}").map(\.rule) == [.value])
    }

    @Test func problemsAreBounded() {
        let names = (0..<150).map { "x\($0)" }.joined(separator: ", ")
        let problems = Samples.problems("roles: {a: {inherits: [\(names)]}}")
        #expect(problems.count == FieldError.problemsMax + 1)
        #expect(problems.last?.message == "and 50 more problems")
    }

    // MARK: JSON

    @Test func jsonIsReadAsTheFileIs() throws {
        let json: JSONValue = [
            "roles": ["a": ["permissions": ["runs.read:all"]]],
            "rules": [
                [
                    "id": "x", "effect": "needs_approval", "permissions": ["runs.start"],
                    "attributes": ["level": 3], "hours": ["from": "22:00", "to": "06:00", "days": ["mon"]],
                ]
            ],
        ]
        let yaml = """
            roles: {a: {permissions: ["runs.read:all"]}}
            rules: [{id: x, effect: needs_approval, permissions: [runs.start], attributes: {level: 3},
                     hours: {from: "22:00", to: "06:00", days: [mon]}}]
            """
        #expect(try PolicyRules(json: json).document == (try PolicyRules(yaml: yaml)).document)
        #expect(throws: FieldError.self) { try PolicyRules(json: ["rules": [["id": 1]]]) }
        #expect(throws: FieldError.self) { try PolicyRules(json: "text") }
    }
}
