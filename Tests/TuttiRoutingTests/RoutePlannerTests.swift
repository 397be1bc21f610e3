import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// Where a call goes and why.
struct RoutePlannerTests {
    private typealias Samples = RoutingSamples
    private static let day = Timestamp(milliseconds: 1_800_000_000_000)

    private func plan(
        _ table: RouteTable, _ facts: RouteFacts = RouteFacts(), health: [HealthSnapshot] = [], seed: UInt64 = 1,
        prices: PriceTable = PriceTable()
    ) throws(RouteError) -> RoutePlan {
        var turns = RouteTurns()
        var random = SeededGenerator(seed: seed)
        return try RoutePlanner(table, prices: prices).plan(
            try table.demand("r"), for: facts,
            health: Dictionary(health.map { ($0.deployment, $0) }, uniquingKeysWith: { $1 }), at: Self.day,
            turns: &turns, using: &random)
    }

    private func names(_ plan: RoutePlan) -> [String] { plan.candidates.map(\.name) }

    // MARK: Which ones fit

    @Test(arguments: [
        (DeploymentLimits(tools: false), RouteFacts(needsTools: true), RouteDropReason.tools),
        (DeploymentLimits(vision: false), RouteFacts(needsVision: true), .vision),
        (DeploymentLimits(jsonSchema: false), RouteFacts(needsSchema: true), .jsonSchema),
        (DeploymentLimits(contextTokens: 99), RouteFacts(inputTokens: 50, outputTokensMax: 50), .contextTooLong),
        (DeploymentLimits(contextTokens: 99), RouteFacts(inputTokens: .max, outputTokensMax: 50), .contextTooLong),
        (DeploymentLimits(outputTokens: 49), RouteFacts(outputTokensMax: 50), .outputTooLong),
    ])
    func whatCannotTakeTheRequestIsLeftOut(
        _ limits: DeploymentLimits, _ facts: RouteFacts, _ reason: RouteDropReason
    ) throws {
        let table = Samples.table([try Samples.deployment("a", limits: limits), try Samples.deployment("b")])
        let plan = try plan(table, facts)
        #expect(names(plan) == ["b"])
        #expect(plan.decision.candidates.map(\.dropped) == [nil, reason])
        var easy = facts
        (easy.needsTools, easy.needsVision, easy.needsSchema) = (false, false, false)
        (easy.inputTokens, easy.outputTokensMax) = (50, 49)
        #expect(names(try self.plan(table, easy)) == ["a", "b"])
    }

    @Test func regionsArePromises() throws {
        let deployments = [
            try Samples.deployment("us", region: "us"), try Samples.deployment("eu", region: "eu"),
            try Samples.deployment("somewhere"),
        ]
        #expect(names(try plan(Samples.table(deployments))) == ["us", "eu", "somewhere"])
        #expect(names(try plan(Samples.table(deployments), RouteFacts(region: "eu"))) == ["eu"])
        let allowed = Samples.table(deployments) { $0.constraints.regions = ["eu", "us"] }
        #expect(names(try plan(allowed)) == ["us", "eu"])
        #expect(names(try plan(allowed, RouteFacts(region: "us"))) == ["us"])
        let error = #expect(throws: RouteError.self) { try plan(allowed, RouteFacts(region: "cn")) }
        #expect(error?.kind == .nothingFits)
        #expect(error?.isRetryable == false)
        #expect(error?.reasons == ["us": .region, "eu": .region, "somewhere": .region])
    }

    @Test func pricesAreKnownOrTooHigh() throws {
        let table = Samples.table([
            try Samples.deployment("dear", dollars: (1, 11)), try Samples.deployment("fair", dollars: (1, 10)),
            try Samples.deployment("unknown"), try Samples.deployment("listed", model: "list/ed"),
        ]) { $0.constraints.priceMax = .dollars(10) }
        let list = PriceTable([
            ModelPrice(
                model: "list/*", from: Timestamp(milliseconds: 0), uncachedInput: .dollars(2), output: .dollars(3))
        ])
        let plan = try plan(table, prices: list)
        #expect(names(plan) == ["fair", "listed"])
        #expect(plan.decision.candidates.suffix(2).map(\.dropped) == [.priceTooHigh, .priceUnknown])
    }

    @Test func aRouteMayAskForAContextThatIsKnown() throws {
        let table = Samples.table([
            try Samples.deployment("small", limits: DeploymentLimits(contextTokens: 99_999)),
            try Samples.deployment("large", limits: DeploymentLimits(contextTokens: 100_000)),
            try Samples.deployment("unknown"),
        ]) { $0.constraints.contextMin = 100_000 }
        #expect(names(try plan(table)) == ["large"])
    }

    // MARK: What they are doing now

    @Test func whatIsAwayIsOutAndWhatIsBusyIsLast() throws {
        let all = ["open", "probing", "far", "near", "off", "full", "half", "fine"]
        let table = Samples.table(try all.map { try Samples.deployment($0, keys: ["k"]) })
        let key = try Samples.key("k")
        let health = [
            HealthSnapshot(deployment: "open", circuit: .open, opensForMilliseconds: 9000),
            HealthSnapshot(deployment: "probing", circuit: .probing),
            HealthSnapshot(deployment: "far", restsForMilliseconds: 5001),
            HealthSnapshot(
                deployment: "near", keys: [KeySnapshot(key: key, state: .resting, restsForMilliseconds: 5000)]),
            HealthSnapshot(deployment: "off", keys: [KeySnapshot(key: key, state: .off)]),
            HealthSnapshot(deployment: "full", inFlight: 4, slots: 4),
            HealthSnapshot(deployment: "half", circuit: .halfOpen),
        ]
        let plan = try plan(table, health: health)
        #expect(names(plan) == ["half", "fine", "near", "full"])
        let told = plan.decision.candidates.map { $0.dropped ?? $0.delayed }
        #expect(told == [nil, nil, .keysResting, .slotsFull, .circuitOpen, .probing, .resting, .keysOff])
    }

    @Test func whenAllAreAwayEachIsTold() throws {
        let table = Samples.table([try Samples.deployment("a"), try Samples.deployment("b", region: "eu")]) {
            $0.constraints.regions = ["us"]
        }
        #expect(throws: RouteError.self) { try plan(table) }
        let two = Samples.table([try Samples.deployment("a"), try Samples.deployment("b")])
        let health = [
            HealthSnapshot(deployment: "a", circuit: .open, opensForMilliseconds: 9000),
            HealthSnapshot(deployment: "b", restsForMilliseconds: 7000),
        ]
        let error = #expect(throws: RouteError.self) { try plan(two, health: health) }
        #expect(error?.code == "no_deployment_available")
        #expect(error?.retryAfter == .seconds(7))
        #expect(error?.isRetryable == true)
        #expect(error?.data == ["deployments": ["a": "circuit_open", "b": "resting"]])
        let sentence = "a has failed too often and is left alone; b has asked to be left alone; try again later"
        #expect(error?.message.hasSuffix(sentence) == true)
    }

    // MARK: Strategies

    @Test(arguments: [[3, 1], [5, 1, 1], [2, 3, 7, 1], [1, 1, 1], [1000, 1]])
    func weightsAreKeptExactly(weights: [Int]) throws {
        let table = Samples.table(
            try weights.enumerated().map { try Samples.deployment("d\($0)", weight: $1) }
                + [try Samples.deployment("never", weight: 0)]
        ) { $0.strategy = .weighted }
        let planner = RoutePlanner(table)
        var turns = RouteTurns()
        var random = SeededGenerator(seed: 1)
        var counts: [String: Int] = [:]
        let sum = weights.reduce(0, +)
        for draw in 1...(3 * sum) {
            let plan = try planner.plan(
                try table.demand("r"), for: RouteFacts(), health: [:], at: Self.day, turns: &turns, using: &random)
            counts[plan.candidates[0].name, default: 0] += 1
            #expect(plan.candidates.count == weights.count + 1 && plan.candidates.last?.name == "never")
            for (place, weight) in weights.enumerated() {
                let due = Double(draw * weight) / Double(sum)
                #expect(abs(Double(counts["d\(place)", default: 0]) - due) < Double(weights.count))
            }
        }
        #expect(weights.indices.map { counts["d\($0)", default: 0] } == weights.map { 3 * $0 })
    }

    @Test func theDrawIsSmooth() {
        var turns = RouteTurns()
        let drawn = (0..<7).map { _ in turns.draw("r", [("a", 5), ("b", 1), ("c", 1)])[0] }
        #expect(drawn == ["a", "a", "b", "a", "c", "a", "a"])  // the example of nginx's author
    }

    @Test func whoComesBackHasSavedNothingUp() {
        var turns = RouteTurns()
        for _ in 0..<100 { _ = turns.draw("r", [("a", 1)]) }
        var counts: [String: Int] = [:]
        for _ in 0..<10 { counts[turns.draw("r", [("a", 1), ("b", 1)])[0], default: 0] += 1 }
        #expect(counts == ["a": 5, "b": 5])
        turns.keep([])
        #expect(turns == RouteTurns())
    }

    private func fast(_ name: String, _ milliseconds: Int64?) -> HealthSnapshot {
        HealthSnapshot(
            deployment: name,
            figures: TrafficFigures(calls: milliseconds == nil ? 0 : 9, firstTokenP50Milliseconds: milliseconds))
    }

    @Test func theFastestIsFirstAndTheUnknownIsTried() throws {
        let table = Samples.table(try ["slow", "fast", "new"].map { try Samples.deployment($0) }) {
            $0.strategy = .latency
        }
        let health = [fast("slow", 900), fast("fast", 100), fast("new", nil)]
        var explored = 0
        for seed in 0..<2000 {
            let plan = try plan(table, health: health, seed: UInt64(seed))
            if plan.decision.isExploration { explored += 1 }
            #expect(names(plan) == (plan.decision.isExploration ? ["new", "fast", "slow"] : ["fast", "slow", "new"]))
        }
        #expect((150...250).contains(explored))
        let known = try plan(table, health: [fast("slow", 900), fast("fast", 100), fast("new", 50)])
        #expect(names(known) == ["new", "fast", "slow"] && !known.decision.isExploration)
        #expect(known.decision.candidates[0].scores == ["first_token_ms": 50])
    }

    @Test func theCheapestIsThatForThisCall() throws {
        let table = Samples.table([
            try Samples.deployment("reads", dollars: (1, 20)), try Samples.deployment("writes", dollars: (5, 5)),
            try Samples.deployment("unknown"),
        ]) { $0.strategy = .cheapest }
        let long = RouteFacts(inputTokens: 1_000_000, outputTokensMax: 1000)
        let short = RouteFacts(inputTokens: 1000, outputTokensMax: 1_000_000)
        #expect(names(try plan(table, long)) == ["reads", "writes", "unknown"])
        #expect(names(try plan(table, short)) == ["writes", "reads", "unknown"])
        let scores = try plan(table, short).decision.candidates.map(\.scores)
        #expect(scores == [["cost_usd": 5.005], ["cost_usd": 20.001], [:]])
    }

    @Test func scoringKnowsSkillsAndLoad() throws {
        let table = Samples.table([
            try Samples.deployment("writer", slots: 10, skills: ["poem", "story"]),
            try Samples.deployment("coder", slots: 10, skills: ["code", "review"]),
        ]) { $0.strategy = .scored }
        let plan = try plan(table, RouteFacts(task: "Review this code"))
        #expect(names(plan) == ["coder", "writer"])
        #expect(plan.decision.candidates[0].scores["similarity"].map { $0 > 0.5 } == true)
        let busy = HealthSnapshot(deployment: "coder", inFlight: 10, slots: 10)
        let spared = try self.plan(table, RouteFacts(task: "Review this code"), health: [busy])
        #expect(names(spared) == ["writer"])
        #expect(spared.decision.candidates[1].dropped == .overloaded)
        let critical = try self.plan(table, RouteFacts(priority: .critical, task: "Review code"), health: [busy])
        #expect(names(critical) == ["writer", "coder"])
        let idle = try self.plan(
            table, health: [HealthSnapshot(deployment: "writer", inFlight: 5, slots: 10)])
        #expect(names(idle) == ["coder", "writer"])
    }

    // MARK: Sessions

    @Test func sessionsMoveOnlyWhenTheirDeploymentGoes() throws {
        let deployments = try (0..<6).map { try Samples.deployment("d\($0)") }
        let stick: (inout ModelRoute) -> Void = { $0.stickiness = .session }
        let (table, without) = (Samples.table(deployments, stick), Samples.table(Array(deployments.dropLast()), stick))
        var moved = 0
        for number in 0..<3000 {
            let facts = RouteFacts(session: "session-\(number)")
            let before = try plan(table, facts)
            let after = names(try plan(without, facts))[0]
            #expect(before.decision.isSticky)
            if names(before)[0] == "d5" {
                moved += 1
                #expect(after == names(before)[1])  // where a failure would have led, too
            } else {
                #expect(after == names(before)[0])
            }
        }
        #expect((400...600).contains(moved))
    }

    @Test func sessionsAreSharedOutByWeight() throws {
        let table = Samples.table([
            try Samples.deployment("a", weight: 3), try Samples.deployment("b", weight: 1),
            try Samples.deployment("c", weight: 0),
        ]) { $0.stickiness = .session }
        var counts: [String: Int] = [:]
        for number in 0..<4000 {
            counts[names(try plan(table, RouteFacts(session: "s\(number)")))[0], default: 0] += 1
        }
        #expect(counts["c"] == nil)
        #expect((2850...3150).contains(counts["a", default: 0]))
        #expect(names(try plan(table, RouteFacts())) == ["a", "b", "c"])  // without a session as the route says
    }

    // MARK: Fallbacks and words

    @Test func fallbacksHaveToFitToo() throws {
        let deployments = [
            try Samples.deployment("a"), try Samples.deployment("b", limits: DeploymentLimits(tools: false)),
            try Samples.deployment("c"),
        ]
        var route = ModelRoute(alias: "r", deployments: ["a"])
        route.fallbacks = [RouteFallback(.code(.contextTooLong), to: ["b", "c"])]
        let plan = try plan(RouteTable(deployments: deployments, routes: [route]), RouteFacts(needsTools: true))
        #expect(plan.fallbacks.map { $0.candidates.map(\.name) } == [["c"]])
        #expect(plan.decision.fallbacks["context_too_long"]?.map(\.dropped) == [.tools, nil])
    }

    @Test func aConversationThatIsKnownToBeTooLongIsNotTriedInVain() throws {
        let deployments = [
            try Samples.deployment("small", limits: DeploymentLimits(contextTokens: 100)),
            try Samples.deployment("large"), try Samples.deployment("larger"),
        ]
        var route = ModelRoute(alias: "r", deployments: ["small"])
        let facts = RouteFacts(inputTokens: 100)
        let alone = RouteTable(deployments: deployments, routes: [route])
        #expect(throws: RouteError.self) { try plan(alone, facts) }
        route.fallbacks = [
            RouteFallback(.code(.refused), to: ["small"]),
            RouteFallback(.code(.contextTooLong), to: ["large", "larger"]),
        ]
        let table = RouteTable(deployments: deployments, routes: [route])
        let full = HealthSnapshot(deployment: "large", inFlight: 4, slots: 4)
        let long = try plan(table, facts, health: [full])
        #expect(names(long) == ["larger", "large"])
        #expect(long.decision.foreseen == "context_too_long")
        #expect(long.decision.candidates.map(\.dropped) == [nil, nil, .contextTooLong])
        let short = RouteFacts(inputTokens: 1, outputTokensMax: 1)
        #expect(try plan(table, short).decision.foreseen == nil)
    }

    @Test func aDecisionIsReadBackAsItWasWritten() throws {
        let table = Samples.table([try Samples.deployment("a", region: "eu"), try Samples.deployment("b")]) {
            $0.fallbacks = [RouteFallback(.code(.refused), to: ["b"])]
        }
        let decision = try plan(table, RouteFacts(region: "eu")).decision
        #expect(
            try CanonicalJSON.decode(RouteDecision.self, from: CanonicalJSON.encode(decision)) == decision)
        let kept: JSONValue = ["deployment": "a", "model": "x/y", "scores": .object([:])]
        let dropped: JSONValue = ["deployment": "b", "dropped": "region", "model": "x/y", "scores": .object([:])]
        #expect(try JSONValue(encoding: decision)["candidates"] == [kept, dropped])
    }

    @Test func aRequestTellsItsFacts() {
        var request = ModelRequest(model: "r", messages: [], outputTokensMax: 70, user: "ada")
        #expect(RouteFacts(request).session == "ada")
        #expect(RouteFacts(request).outputTokensMax == 70)
        #expect(!RouteFacts(request).needsTools && !RouteFacts(request).needsVision)
        request.tools = [ModelTool(name: "look", parameters: .object([:]))]
        request.output = ModelOutputForm(name: "form", schema: .string())
        #expect(RouteFacts(request).needsTools && RouteFacts(request).needsSchema)
        #expect(RouteFacts(request).inputTokens > 0)
    }
}
