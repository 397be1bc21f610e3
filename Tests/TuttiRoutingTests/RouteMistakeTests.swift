import Testing
import TuttiYAML

@testable import TuttiRouting

/// What is wrong with a file of routes is told, all of it at once.
struct RouteMistakeTests {
    private static func problems(_ yaml: String, providers: Set<String> = []) -> [FieldProblem] {
        do throws(FieldError) {
            _ = try RouteTable.read(yaml, providers: providers)
            return []
        } catch {
            return error.problems
        }
    }

    /// A file whose one deployment `a` and one route `r` have these keys.
    private static func file(_ deployment: String = "", route: String = "deployments: [a]") -> String {
        "deployments: {a: {model: x/y, \(deployment)}}\nroutes: {r: {\(route)}}"
    }

    @Test func everyMistakeIsToldWithItsPlace() {
        let problems = Self.problems(
            """
            deployments:
              fast: {model: openai, wieght: 3}
              slow: {model: a/b, slots: 0}
            routes:
              smart: {strategy: ordre, deployments: [fsat, slow, slow]}
              slow: {deployments: [fast]}
              a: {deployments: []}
            """)
        let told = problems.map { "\($0.path) \($0.rule.rawValue)" }
        #expect(
            told == [
                "deployments.fast.wieght unknown_key", "deployments.fast.model value", "deployments.slow.slots value",
                "routes.smart.strategy value", "routes.smart.deployments[2] taken", "routes.slow taken",
                "routes.a taken", "routes.a.deployments unusable", "routes.smart.deployments[0] unknown_name",
            ])
        #expect(problems[0].description.hasPrefix("2:33: deployments.fast.wieght: "))
        #expect(problems[0].message.contains("did you mean 'weight'?"))
        #expect(problems[3].message.contains("did you mean 'order'?"))
        #expect(problems[6].message.contains("is the name of a provider"))
        #expect(problems[8].message.contains("did you mean 'fast'?"))
        #expect(problems[8].mark?.description == "5:42")
    }

    @Test(arguments: [
        ("", FieldProblem.Rule.missing), ("a: [", .syntax), ("- a", .value), ("{}", .missing),
        ("deployments: {}\nroutes: {}", .missing), ("deployments: {a: {model: x/y}}", .missing),
        ("deployments: []\nroutes: {r: {deployments: [a]}}", .value),
        ("deployments: {a: {model: x/y}, a: {model: x/z}}\nroutes: {r: {deployments: [a]}}", .syntax),
        ("deployments: {a b: {model: x/y}}\nroutes: {r: {deployments: [a]}}", .value),
        ("deployments: {a: {}}\nroutes: {r: {deployments: [a]}}", .missing),
        ("deployments: {a: {model: x/y}}\nroutes: {a: {deployments: [a]}}", .taken),
        ("deployments: {a: {model: x/y}}\nroutes: {x: {deployments: [a]}}", .taken),
        ("deployments: {a: {model: x/y}}\nroutes: {'b/c': {deployments: [a]}}", .value),
        ("deployments: {a: {model: x/y}}\nroutes: {r: {deployments: [r]}}", .cycle),
    ])
    func aMistakeIsTold(_ yaml: String, _ rule: FieldProblem.Rule) {
        let problems = Self.problems(yaml)
        #expect(problems.first?.rule == rule, "\(problems)")
        #expect(problems.allSatisfy { !$0.message.isEmpty })
    }

    @Test(arguments: [
        ("model: [x]", FieldProblem.Rule.syntax), ("region: no", .value), ("region: 'a b'", .value),
        ("weight: -1", .value), ("weight: 1001", .value), ("weight: 1.5", .value), ("slots: many", .value),
        ("keys: openai", .value), ("keys: ['sk-SECRET']", .value), ("keys: [k, k]", .taken),
        ("limits: {context: 0}", .value), ("limits: {context: 5, output: 6}", .value),
        ("limits: {tools: 'true'}", .value), ("limits: {tols: true}", .unknownKey), ("limits: [a]", .value),
        ("price: {input: 1}", .missing), ("price: {input: -1, output: 2}", .value),
        ("price: {input: 1, output: 0.0000001}", .value), ("skills: [a, a]", .taken), ("skills: [yes]", .value),
        ("skills: [2024]", .value),
    ])
    func aMistakeOfADeploymentIsTold(_ keys: String, _ rule: FieldProblem.Rule) {
        let problems = Self.problems(Self.file(keys))
        #expect(problems.first?.rule == rule, "\(problems)")
        #expect(!problems.description.contains("SECRET"))
    }

    @Test(arguments: [
        ("deployments: []", FieldProblem.Rule.unusable), ("strategy: order", .unusable), ("deployments: a", .value),
        ("deployments: [a, a]", .taken), ("deployments: [b]", .unknownName), ("deployments: [a], rout: 1", .unknownKey),
        ("deployments: [a], strategy: best", .value), ("deployments: [a], scoring: balanced", .value),
        ("deployments: [a], strategy: scored, scoring: cheap", .value), ("deployments: [a], stickiness: user", .value),
        ("deployments: [a], queue_deadline: 2", .value), ("deployments: [a], queue_deadline: 0s", .value),
        ("deployments: [a], queue_deadline: 61s", .value), ("deployments: [a], retries: 11", .value),
        ("deployments: [a], retries: -1", .value), ("deployments: [a], fallbacks: [a]", .value),
        ("deployments: [a], fallbacks: {to_long: [a]}", .unknownName),
        ("deployments: [a], fallbacks: {refused: []}", .unusable),
        ("deployments: [a], fallbacks: {refused: [b]}", .unknownName),
        ("deployments: [a], constraints: {regions: []}", .unusable),
        ("deployments: [a], constraints: {regions: [eu]}", .unusable),
        ("deployments: [a], constraints: {context_min: 5}", .unusable),
        ("deployments: [a], constraints: {price_max: much}", .value),
        ("deployments: [a], constraints: {price: 1}", .unknownKey),
    ])
    func aMistakeOfARouteIsTold(_ keys: String, _ rule: FieldProblem.Rule) {
        let problems = Self.problems(Self.file(route: keys))
        #expect(problems.first?.rule == rule, "\(problems)")
        #expect(problems.allSatisfy { $0.mark?.line == 2 })
    }

    @Test func aProviderThatTheFileDoesNotUseIsNotHiddenEither() {
        let yaml = "deployments: {a: {model: x/y}}\nroutes: {openai: {deployments: [a]}}"
        #expect(Self.problems(yaml, providers: ["openai"]).map(\.rule) == [.taken])
        #expect(Self.problems(yaml).isEmpty)
    }

    @Test func weightsThatAreAllZeroLeadNowhere() {
        let yaml = Self.file("weight: 0", route: "strategy: weighted, deployments: [a]")
        #expect(Self.problems(yaml).map(\.rule) == [.unusable])
        #expect(Self.problems(Self.file("weight: 0")).isEmpty)
    }

    @Test func aPriceThatNobodyPaysLeadsNowhere() {
        let route = "deployments: [a], constraints: {price_max: 4.99}"
        #expect(Self.problems(Self.file("price: {input: 1, output: 5}", route: route)).map(\.rule) == [.unusable])
        #expect(Self.problems(Self.file("price: {input: 1, output: 4.99}", route: route)).isEmpty)
    }

    @Test func aCycleIsShownOnce() {
        let problems = Self.problems(
            """
            deployments: {z: {model: x/y}}
            routes:
              a: {deployments: [z, b]}
              b: {deployments: [c]}
              c: {deployments: [a]}
              d: {deployments: [a]}
            """)
        #expect(problems.map(\.rule) == [.cycle])
        #expect(problems.first?.message.contains("a → b → c → a") == true)
    }

    @Test func fallbacksOfEachOtherAreNoCycle() {
        let yaml = """
            deployments: {x1: {model: x/y}, x2: {model: x/z}}
            routes:
              a: {deployments: [x1], fallbacks: {refused: [b]}}
              b: {deployments: [x2], fallbacks: {refused: [a]}}
            """
        #expect(Self.problems(yaml).isEmpty)
    }

    @Test(arguments: [
        ("checks: {}", FieldProblem.Rule.unusable), ("checks: {require: []}", .unusable),
        ("checks: {require: [compleet]}", .value), ("checks: {without: ['']}", .value),
        ("checks: {demand: [json]}", .unknownKey), ("hedge: 0s", .value), ("hedge: p99", .value),
        ("hedge: 2m", .value), ("hedge: p95, retries: 0", .unusable), ("fallbacks: {check_faild: [a]}", .unknownName),
    ])
    func mistakesOfChecksAndHedges(_ line: String, _ rule: FieldProblem.Rule) {
        #expect(Self.problems(Self.file(route: "deployments: [a], \(line)")).map(\.rule).contains(rule))
    }

    @Test func checksAndHedgesAreRead() throws {
        let lines = "deployments: [a], hedge: 800ms, checks: {require: [json, complete], without: [I do not know]}"
        let table = try RouteTable.read(Self.file(route: lines))
        let route = try #require(table.route("r"))
        #expect(route.hedge == .after(.milliseconds(800)))
        #expect(route.checks == AnswerChecks([.json, .complete], without: ["I do not know"]))
        #expect(try RouteTable.read(Self.file(route: "deployments: [a], hedge: p95")).route("r")?.hedge == .p95)
    }

    // MARK: Limits

    private static func many(_ deployments: Int, routes: Int) -> String {
        "deployments:\n" + (0..<deployments).map { "  d\($0): {model: x/y}" }.joined(separator: "\n")
            + "\nroutes:\n" + (0..<routes).map { "  r\($0): {deployments: [d0]}" }.joined(separator: "\n")
    }

    @Test func asManyAsMayBe() {
        let yaml = Self.many(RouteLimits.deploymentsMax, routes: RouteLimits.routesMax)
        #expect(Self.problems(yaml).isEmpty)
        let keys = (0..<RouteLimits.keysMax).map { "k\($0)" }.joined(separator: ", ")
        #expect(Self.problems(Self.file("keys: [\(keys)]")).isEmpty)
    }

    @Test func oneMoreIsTooMany() {
        let keys = (0...RouteLimits.keysMax).map { "k\($0)" }.joined(separator: ", ")
        let skills = (0...RouteLimits.entriesMax).map { "s\($0)" }.joined(separator: ", ")
        let region = String(repeating: "r", count: RouteLimits.nameLengthMax + 1)
        let files = [
            Self.many(RouteLimits.deploymentsMax + 1, routes: 1), Self.many(1, routes: RouteLimits.routesMax + 1),
            Self.file("keys: [\(keys)]"), Self.file("skills: [\(skills)]"), Self.file("region: \(region)"),
        ]
        for yaml in files { #expect(Self.problems(yaml).map(\.rule) == [.limit]) }
    }

    @Test func problemsAreBounded() {
        let names = (0..<60).map { "x\($0)" }.joined(separator: ", ")
        let yaml = Self.file(route: "deployments: [\(names)], fallbacks: {refused: [\(names)]}")
        let problems = Self.problems(yaml)
        #expect(problems.count == FieldError.problemsMax + 1)
        #expect(problems.last?.message == "and 20 more problems")
    }
}
