import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiRouting

/// Which expert gets a task.
struct ExpertRouterTests {
    private let clock = HandClock()

    /// Vectors of 256 dimensions of which the first three are these.
    private func vector(_ values: Float...) -> [Float] { values + Array(repeating: 0, count: 256 - values.count) }

    private func router(_ experts: [ExpertDescription], direct: [String: String] = [:]) throws -> ExpertRouter {
        ExpertRouter(try ExpertPool(experts, direct: direct))
    }

    private var axes: [ExpertDescription] {
        [
            ExpertDescription(role: "x", skills: ["code"], vector: vector(2, 0, 0)),
            ExpertDescription(role: "y", skills: ["Code", "test"], vector: vector(0, 3, 0)),
            ExpertDescription(role: "z", skills: ["plan"], vector: vector(0, 0, 1)),
        ]
    }

    private func request(_ change: (inout ExpertRequest) -> Void = { _ in }) -> ExpertRequest {
        var request = ExpertRequest(taskID: "t", taskType: "any")
        change(&request)
        return request
    }

    // MARK: The formula

    @Test func theFormulaIsThatOfTheSeed() {
        let stats = ExpertStats(load: 0.25, success: 0.9, costUSD: 0.05, p95Milliseconds: 250)
        let scale = ScoreScale([stats])
        let expected: [ScoringProfile: Double] = [
            .balanced: 0.35 + 0.20 * 0.75 + 0.20 * 0.9 + 0.15 * 0.25 + 0.10 * 0.5,
            .performance: 0.30 + 0.10 * 0.75 + 0.30 * 0.9 + 0.05 * 0.25 + 0.25 * 0.5,
            .costSaver: 0.30 + 0.20 * 0.75 + 0.10 * 0.9 + 0.35 * 0.25 + 0.05 * 0.5,
        ]
        for (profile, value) in expected {
            let score = CompositeScore(similarity: 1, stats, ScoreWeights.of(profile), scale)
            #expect(abs(score.composite - value) < 1e-12)
        }
        for profile in ScoringProfile.allCases {
            let weights = ScoreWeights.of(profile)
            let sum = weights.similarity + weights.load + weights.success + weights.cost + weights.latency
            #expect(abs(sum - 1) < 1e-12)
        }
    }

    @Test func cheapAndFastAreMeasuredAgainstAFloor() {
        #expect(ScoreScale([]).costMax == 0.10 && ScoreScale([]).latencyMax == 500)
        let dear = ExpertStats(costUSD: 2, p95Milliseconds: 9000)
        let scale = ScoreScale([ExpertStats(), dear])
        #expect(scale.costMax == 2 && scale.latencyMax == 9000)
        let score = CompositeScore(similarity: -0.5, dear, .of(.balanced), scale)
        #expect(score.cost == 0 && score.latency == 0 && score.similarity == 0)
    }

    @Test func whoIsUnknownScoresAHalfOrMore() {
        let scale = ScoreScale([ExpertStats()])
        let far = CompositeScore(similarity: 0, ExpertStats(), .of(.balanced), scale).composite
        let near = CompositeScore(similarity: 1, ExpertStats(), .of(.balanced), scale).composite
        #expect(abs(far - 0.4975) < 1e-12 && abs(near - 0.8475) < 1e-12)
    }

    // MARK: The choice

    @Test func theNearestIsTakenAndIsSure() throws {
        let answer = try router(axes).decide(request(), task: UnitVector(vector(5, 0, 0)))
        #expect(answer.selectedExpert == "x" && answer.routingType == .scored)
        #expect(answer.fallbackExperts == ["y", "z"])  // equals in the order in which they stand
        #expect(!answer.ensembleMode && answer.confidence == 1)
        #expect(answer.allScores.map(\.role) == ["x", "y", "z"])
        #expect(abs(answer.routingScore - 0.8475) < 1e-6)
    }

    @Test func whoIsUnsureAsksASecond() throws {
        let close = try router(axes).decide(request(), task: UnitVector(vector(1, 0.99, 0)))
        #expect(close.ensembleMode && close.routingScore > ExpertRouter.scoreSure)  // the lead is too small
        let poor = try router(axes).decide(request(), task: UnitVector(vector(0.3, 0, 0, 1)))
        #expect(poor.ensembleMode)
        #expect(abs(poor.confidence - poor.routingScore / 0.70) < 1e-12 && poor.confidence < 1)
        let forced = try router(axes).decide(request { $0.forceEnsemble = true }, task: UnitVector(vector(1)))
        #expect(forced.ensembleMode && forced.routingReason.contains("y is to be asked as well"))
        let alone = try router([axes[0]]).decide(request { $0.forceEnsemble = true }, task: nil)
        #expect(!alone.ensembleMode && alone.fallbackExperts.isEmpty)
    }

    @Test func theTypeOfATaskMayNameItsExpert() throws {
        let router = try router(axes, direct: ["plan": "z", "ghost": "nobody"])
        let direct = router.decide(request { $0.taskType = "plan" }, task: UnitVector(vector(1)))
        #expect(direct.selectedExpert == "z" && direct.routingType == .direct)
        #expect(direct.routingScore == 1 && direct.confidence == 0.99)
        let busy = router.decide(
            request { $0.taskType = "plan" }, task: UnitVector(vector(1)), stats: ["z": ExpertStats(load: 1)])
        #expect(busy.selectedExpert == "x" && busy.routingType == .scored)
        #expect(router.decide(request { $0.taskType = "ghost" }, task: nil).routingType == .scored)
        let two = router.decide(
            request {
                $0.taskType = "plan"
                $0.forceEnsemble = true
            }, task: nil)
        #expect(two.routingType == .scored && two.ensembleMode)
    }

    @Test func oneOfTheSkillsIsEnough() throws {
        let router = try router(axes)
        let skilled = router.decide(
            request { $0.requiredSkills = ["plan", "TEST"] }, task: UnitVector(vector(1)))
        #expect(skilled.allScores.map(\.role) == ["y", "z"])
        let nobody = router.decide(request { $0.requiredSkills = ["cook"] }, task: UnitVector(vector(1)))
        #expect(nobody.allScores.count == 3 && nobody.routingReason.contains("nobody has a required skill"))
    }

    @Test func whoHasTooMuchToDoIsLeftOut() throws {
        let router = try router(axes)
        let stats = ["x": ExpertStats(load: 1), "y": ExpertStats(load: 0.1)]
        let task = UnitVector(vector(1, 0.2, 0))
        #expect(router.decide(request(), task: task, stats: stats).allScores.map(\.role) == ["y", "z"])
        let critical = router.decide(request { $0.priority = .critical }, task: task, stats: stats)
        #expect(critical.selectedExpert == "x")
        let all = ["x": ExpertStats(load: 3), "y": ExpertStats(load: 1.5), "z": ExpertStats(load: 2)]
        let fallback = router.decide(request(), task: task, stats: all)
        #expect(fallback.selectedExpert == "y" && fallback.routingType == .fallback)
        #expect(fallback.fallbackExperts == ["z", "x"])
    }

    // MARK: One space

    @Test func vectorsOfAnotherSpaceAreRefused() {
        let long = ExpertDescription(role: "x", vector: Array(repeating: 1, count: 1024))
        let error = #expect(throws: RouteError.self) { try ExpertPool([long]) }
        #expect(error?.code == "bad_experts")
        #expect(error?.message.contains("has 1024 dimensions, those of tasks have 256") == true)
        let none = ExpertDescription(role: "x", vector: Array(repeating: 0, count: 256))
        #expect(throws: RouteError.self) { try ExpertPool([none]) }
        let broken = ExpertDescription(role: "x", vector: Array(repeating: .nan, count: 256))
        #expect(throws: RouteError.self) { try ExpertPool([broken]) }
        #expect(throws: RouteError.self) { try ExpertPool([]) }
        #expect(throws: RouteError.self) { try ExpertPool(axes + [axes[0]]) }
        let many = (0...ExpertPool.expertsMax).map { ExpertDescription(role: "e\($0)") }
        #expect(throws: RouteError.self) { try ExpertPool(many) }
        #expect(throws: Never.self) { try ExpertPool(many.dropLast()) }
    }

    @Test func lengthMakesNoDifference() throws {
        let (short, long) = (try #require(UnitVector([1, 2, 3])), try #require(UnitVector([100, 200, 300])))
        #expect(abs(short.cosine(long) - 1) < 1e-6)
        let away = try #require(UnitVector([-1, -2, -3]))
        #expect(abs(short.cosine(away) + 1) < 1e-6)
        #expect(UnitVector([]) == nil && UnitVector([0, 0]) == nil && UnitVector([.infinity]) == nil)
    }

    @Test func wordsAreComparedWhateverTheirForm() throws {
        let words = HashedWords()
        func near(_ one: String, _ other: String) throws -> Double {
            let left = try #require(UnitVector(words.vector(of: one)))
            return left.cosine(try #require(UnitVector(words.vector(of: other))))
        }
        #expect(try near("Review the tests", "the TEST review") > 0.999)
        #expect(try near("parseHTTPHeaders", "parse httpheader") > 0.999)
        #expect(try near("database code", "poem about spring") < 0.5)
        #expect(try near("größe", "größe") > 0.999)
        #expect(words.vector(of: " ,.-").allSatisfy { $0 == 0 })
        #expect(words.vector(of: "code").count { $0 != 0 } == 1)
        // The same for ever: stored vectors have to stay comparable.
        #expect(words.vector(of: "code").firstIndex { $0 != 0 } == words.vector(of: "Code code").firstIndex { $0 != 0 })
    }

    @Test func theTeamIsFoundByWords() throws {
        let router = ExpertRouter(try ExpertPool.team())
        let questions = [
            ("Design the system architecture", "CTO"), ("Write the database service", "Engineer_Backend"),
            ("Style the web pages", "Engineer_Frontend"), ("Deploy the containers to the infrastructure", "DevOps"),
            ("Forecast the budget and the prices", "Finance"), ("Find bugs by automated testing", "QA"),
        ]
        for (name, role) in questions {
            let answer = try router.route(
                ExpertRequest(taskID: "t", taskType: "task", taskName: name), clock: clock)
            #expect(answer.selectedExpert == role)
        }
        let direct = try router.route(ExpertRequest(taskID: "t", taskType: "testing"), clock: clock)
        #expect(direct.selectedExpert == "QA" && direct.routingType == .direct)
    }

    // MARK: JSON

    @Test func aRequestNeedsLittle() throws {
        let json: JSONValue = [
            "task_id": "t1", "task_type": "review", "input_context": ["file": "Review the database", "lines": 7],
            "required_skills": ["database"], "strategy": "costsaver", "priority": "critical",
            "experts": [["role": "a", "skills": ["database"]], ["role": "b"]],
            "stats": ["a": ["load": .double(0.5), "cost_usd": .double(0.02)]],
        ]
        let request = try CanonicalJSON.decode(ExpertRequest.self, from: CanonicalJSON.encode(json))
        #expect(request.strategy == .costSaver && request.priority == .critical && !request.forceEnsemble)
        #expect(request.stats == ["a": ExpertStats(load: 0.5, costUSD: 0.02)])
        #expect(request.words == "review  database file Review the database lines")
        #expect(try CanonicalJSON.decode(ExpertRequest.self, from: CanonicalJSON.encode(request)) == request)
        let answer = try ExpertRouter(try ExpertPool.team()).route(request, clock: clock)
        #expect(answer.selectedExpert == "a" && answer.allScores.map(\.role) == ["a"])
        let told = try JSONValue(encoding: answer)
        guard case .object(let members) = told else { return #expect(Bool(false), "an answer is an object") }
        #expect(
            members.keys.sorted() == [
                "all_scores", "confidence", "ensemble_mode", "fallback_experts", "routing_ms", "routing_reason",
                "routing_score", "routing_type", "selected_expert",
            ])
        #expect(try CanonicalJSON.decode(ExpertAnswer.self, from: CanonicalJSON.encode(answer)) == answer)
    }

    private static let broken: [JSONValue] = [
        ["task_type": "x"], ["task_id": "x"], ["task_id": "t", "task_type": "x", "strategy": "cheap"],
        ["task_id": "t", "task_type": "x", "priority": 1],
        ["task_id": "t", "task_type": "x", "stats": ["a": ["load": -1]]],
        ["task_id": "t", "task_type": "x", "stats": ["a": ["success": .double(1.5)]]],
        ["task_id": "t", "task_type": "x", "experts": [["skills": ["x"]]]],
    ]

    @Test(arguments: broken)
    func aRequestThatIsNoneIsRefused(json: JSONValue) throws {
        let bytes = try CanonicalJSON.encode(json)
        #expect(throws: DecodingError.self) { try CanonicalJSON.decode(ExpertRequest.self, from: bytes) }
    }

    @Test func figuresOfADeploymentAreStats() {
        var snapshot = HealthSnapshot(deployment: "a", inFlight: 1, slots: 4)
        #expect(ExpertStats(snapshot) == ExpertStats(load: 0.25))
        snapshot.figures = TrafficFigures(
            calls: 4, successShare: 0.75, latencyP95Milliseconds: 800, spent: USD(microdollars: 100_000))
        #expect(
            ExpertStats(snapshot)
                == ExpertStats(load: 0.25, success: 0.75, costUSD: 0.025, p95Milliseconds: 800))
    }
}
