import Testing
import TuttiAgents
import TuttiCore
import TuttiHTTP
import TuttiModels
import TuttiRouting

@testable import TuttiServer

/// Who is chosen for a task, and what is told of why.
@Suite("Choosing by score")
struct ExpertTests {
    private static func task(_ members: (String, JSONValue)...) -> JSONValue {
        let usual: [String: JSONValue] = [
            "task_id": "t1", "task_type": "review", "task_name": "Review the database code",
        ]
        return .object(usual.merging(members) { $1 })
    }

    private static let task = task()

    /// What a candidate was scored by.
    private static func figures(_ role: String, _ answer: ServerDesk.Answer) -> JSONValue? {
        guard case .array(let all)? = answer.json["explanation"]?["figures"] else { return nil }
        return all.first { $0["role"] == .string(role) }
    }

    private static let experts: JSONValue = [
        ["role": "Reader", "skills": ["review", "database", "code"]], ["role": "Cook", "skills": ["soup"]],
    ]

    private static func table() throws -> RouteTable {
        func deployment(_ name: String, _ skills: [String], slots: Int = 4) -> Deployment? {
            ModelReference("\(name)/m").map { Deployment(name: name, model: $0, slots: slots, skills: skills) }
        }
        let all = [deployment("coder", ["database", "code", "review"]), deployment("poet", ["verse"])]
        return RouteTable(
            deployments: all.compactMap(\.self),
            routes: [ModelRoute(alias: "best", strategy: .scored, deployments: ["poet", "coder"])])
    }

    // MARK: What does not fit

    @Test(
        arguments: [
            ([:], "/task_id", "missing"), (task(("task_id", "")), "/task_id", "minLength"),
            (task(("strategy", "cheap")), "/strategy", "costsaver"), (task(("experts", [])), "/experts", "at least"),
            (task(("experts", [["role": "a"], ["role": "a"]])), "/experts", "name it once"),
            (task(("experts", [["role": "a", "vector": [1, 2]]])), "/experts", "256"),
            (task(("experts", experts), ("pool", "team")), "/pool", "leave out one"),
            (task(("stats", ["a": ["success": 2]])), "/stats/a/success", "from 0 to 1"),
            (task(("stats", ["a": ["load": -1]])), "/stats/a/load", "from 0"),
            (task(("required_skills", .array(Array(repeating: "s", count: 65)))), "/required_skills", "64"),
            (task(("exprets", [])), "/exprets", "experts"),
        ] as [(JSONValue, String, String)])
    func mistakesAreNamed(body: JSONValue, field: String, words: String) async throws {
        try await ServerDesk.with { desk in
            let alone = try await desk.post("/api/v1/route", body)
            #expect(alone.status == 422 && alone.code == "bad_input", "\(alone.text)")
            let error = try #require(alone.list("errors").first)
            #expect(error["field"] == .string(field), "\(alone.text)")
            #expect(alone.text.contains(words), "\(alone.text)")
            let batch = try await desk.post("/api/v1/route/batch", ["requests": [Self.task(("pool", "team")), body]])
            #expect(batch.status == 422, "\(batch.text)")
            #expect(batch.list("errors").first?["field"] == .string("/requests/1" + field), "\(batch.text)")
        }
    }

    @Test func aBatchHasALimit() async throws {
        try await ServerDesk.with { desk in
            let all = [JSONValue](repeating: Self.task(("experts", Self.experts)), count: ExpertRoutes.batchMax)
            let fitting = try await desk.post("/api/v1/route/batch", ["requests": .array(all)])
            #expect(fitting.status == 200 && fitting.list("results").count == 100 && fitting.json["total"] == 100)
            for wrong in [all + [Self.task], []] {
                let answer = try await desk.post("/api/v1/route/batch", ["requests": .array(wrong)])
                #expect(answer.status == 422)
                #expect(answer.list("errors").first?["field"] == "/requests")
            }
        }
    }

    @Test func withoutAnybodyThereIsAWayOut() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post("/api/v1/route", Self.task)
            #expect(answer.status == 422 && answer.text.contains("give 'experts'"), "\(answer.text)")
        }
    }

    // MARK: What is chosen

    @Test func expertsOfTheRequestAreScored() async throws {
        try await ServerDesk.with { desk in
            let stats: JSONValue = [
                "Cook": ["load": .double(1.5)], "Reader": ["load": .double(0.5), "success": .double(0.9)],
            ]
            let answer = try await desk.post(
                "/api/v1/route", Self.task(("experts", Self.experts), ("stats", stats), ("trace_id", "7")))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(answer.json["task_id"] == "t1" && answer.json["trace_id"] == "7")
            #expect(answer.json["selected_expert"] == "Reader" && answer.json["selected_model"] == .null)
            #expect(answer.json["routing_type"] == "scored")
            let scores = answer.list("all_scores")
            #expect(
                scores.count == 1 && scores.first?["load"] == .double(0.5) && scores.first?["success"] == .double(0.9))
            let explanation = try #require(answer.json["explanation"])
            #expect(explanation["left_out"] == [["role": "Cook", "reason": "overloaded"]])
            #expect(Self.figures("Reader", answer)?["source"] == "request")
            #expect(
                explanation["weights"]?["similarity"] == .double(0.35) && explanation["cost_max_usd"] == .double(0.1))
        }
    }

    /// The score can be worked out by hand from what is told.
    @Test func anExplanationAddsUp() async throws {
        try await ServerDesk.with { desk in
            let answer = try await desk.post("/api/v1/route", Self.task(("experts", Self.experts)))
            func number(_ value: JSONValue?) -> Double {
                switch value {
                case .int(let number)?: Double(number)
                case .double(let number)?: number
                default: .nan
                }
            }
            let weights = answer.json["explanation"]?["weights"]
            #expect(answer.list("all_scores").count == 2)
            for score in answer.list("all_scores") {
                let sum = ["similarity", "load", "success", "cost", "latency"].reduce(0) {
                    $0 + number(weights?[$1]) * number(score[$1])
                }
                #expect(abs(sum - number(score["composite"])) < 1e-9)
            }
        }
    }

    @Test func theOlderAddressChoosesARoleOfTheTeam() async throws {
        try await ServerDesk.with(routes: Self.table()) { desk in
            let backend = Self.task(("task_type", "backend"))
            let answer = try await desk.post("/route", backend)
            #expect(answer.json["selected_expert"] == "Engineer_Backend" && answer.json["routing_type"] == "direct")
            let batch = try await desk.post("/route/batch", ["requests": [backend]])
            #expect(batch.list("results").first?["selected_expert"] == "Engineer_Backend")
            let model = try await desk.post("/api/v1/route", backend)
            #expect(model.json["selected_model"] == "coder/m", "\(model.text)")
            let team = try await desk.post("/api/v1/route", Self.task(("task_type", "backend"), ("pool", "team")))
            #expect(team.json["selected_expert"] == "Engineer_Backend")
        }
    }

    @Test func deploymentsAreScoredByWhatTheirCallsHaveTold() async throws {
        let models = ListedModels([
            Model("coder/m", provider: GatewayTests.Provider.fails(.overloaded, .never)),
            Model("poet/m", provider: GatewayTests.Provider.says("Oh")),
        ])
        try await ServerDesk.with(models: models, routes: Self.table()) { desk in
            let before = try await desk.post("/api/v1/route", Self.task)
            #expect(before.json["selected_expert"] == "coder")
            #expect(Self.figures("coder", before)?["source"] == "assumed")
            let body: JSONValue = [
                "model": "best", "messages": [["role": "user", "content": "Review the database code"]],
            ]
            // The one that is best at it fails until its circuit opens.
            for _ in 0..<5 {
                _ = try await desk.post("/v1/chat/completions", body, headers: ["Authorization": "Bearer any"])
            }
            let after = try await desk.post("/api/v1/route", Self.task)
            #expect(after.json["selected_expert"] == "poet", "\(after.text)")
            #expect(after.json["explanation"]?["left_out"] == [["role": "coder", "reason": "circuit_open"]])
            let urgent = try await desk.post("/api/v1/route", Self.task(("priority", "critical")))
            #expect(Self.figures("coder", urgent)?["source"] == "measured")
            #expect(Self.figures("coder", urgent)?["success"] == 0)
        }
    }

    /// The last words of a conversation are what the skills of deployments are compared with.
    @Test func theLogTellsWhatACallWasRoutedBy() async throws {
        let models = ListedModels(
            ["coder", "poet"].map { Model("\($0)/m", provider: GatewayTests.Provider.says("I am \($0)")) })
        try await ServerDesk.with(models: models, routes: Self.table()) { desk in
            for (question, name) in [("Review the database code", "coder"), ("A verse, please", "poet")] {
                let answer = try await desk.post(
                    "/v1/chat/completions",
                    ["model": "best", "messages": [["role": "user", "content": .string(question)]]],
                    headers: ["Authorization": "Bearer any"])
                #expect(answer.headers["X-Tutti-Model"] == "\(name)/m", "\(answer.text)")
            }
            let lines = desk.log.all.filter { $0.contains("a call is routed by score") }
            #expect(lines.count == 2)
            #expect(lines.allSatisfy { $0.contains("similarity") && !$0.contains("please") })
        }
    }
}
