import Glibc
import TuttiCore
import TuttiModels
import TuttiRouting
import TuttiRuntime

// What it costs to choose: route-decisions DECISIONS
//
// Compares a task with 100 experts in 256 dimensions, by a vector that is there and by its words; then plans calls over
// 10 deployments by each strategy.

func measure(_ name: String, _ count: Int, _ body: () throws -> Void) rethrows {
    let clock = SystemTimekeeper()
    let start = clock.uptime()
    for _ in 0..<count { try body() }
    print("\(name): \(Int((clock.uptime() - start) / .nanoseconds(1)) / count) ns a decision")
}

func experts(_ count: Int) -> [ExpertDescription] {
    var random = SeededGenerator(seed: 1)
    return (0..<count).map { number in
        ExpertDescription(
            role: "expert-\(number)", skills: ["skill-\(number % 10)", "code"],
            vector: (0..<256).map { _ in Float.random(in: -1...1, using: &random) })
    }
}

func chooseExperts(_ decisions: Int) throws {
    let router = ExpertRouter(try ExpertPool(experts(100)))
    let request = ExpertRequest(
        taskID: "t1", taskType: "review", taskName: "Review the code of the database layer",
        inputContext: "Find what is slow and what is wrong, and say how it is made better.",
        requiredSkills: ["code"])  // all have it
    let stats = Dictionary(
        uniqueKeysWithValues: (0..<100).map { number in
            (
                "expert-\(number)",
                ExpertStats(load: Double(number % 10) / 10, success: 0.9, costUSD: 0.01, p95Milliseconds: 900)
            )
        })
    let task = UnitVector(router.pool.words.vector(of: request.words))
    var sure = 0
    let known = router.pool.stats(stats)
    measure("100 experts, 256 dimensions, by vector", decisions) {
        if !router.decide(request, task: task, stats: known).ensembleMode { sure += 1 }
    }
    var whole = request
    whole.stats = stats
    let clock = SystemTimekeeper()
    try measure("100 experts, 256 dimensions, by words", decisions) {
        if try !router.route(whole, clock: clock).ensembleMode { sure += 1 }
    }
    print("sure of one expert: \(sure)")
}

func planCalls(_ decisions: Int) throws {
    let deployments = (0..<10).compactMap { number in
        ModelReference("provider/model-\(number)").map {
            Deployment(name: "d\(number)", model: $0, weight: number + 1, skills: ["code", "review"])
        }
    }
    let routes = RouteStrategy.allCases.map { strategy in
        ModelRoute(alias: strategy.rawValue, strategy: strategy, deployments: deployments.map(\.name))
    }
    let router = ModelRouter(RoutePlanner(RouteTable(deployments: deployments, routes: routes)))
    let facts = RouteFacts(inputTokens: 1000, task: "review the code of the database layer")
    for strategy in RouteStrategy.allCases {
        try measure("plan over 10 deployments, \(strategy.rawValue)", max(1, decisions / 10)) {
            _ = try router.plan(strategy.rawValue, for: facts)
        }
    }
}

let arguments = CommandLine.arguments
guard arguments.count == 2, let decisions = Int(arguments[1]), decisions > 0 else {
    print("usage: route-decisions DECISIONS")
    exit(2)
}
try chooseExperts(decisions)
try planCalls(decisions)
