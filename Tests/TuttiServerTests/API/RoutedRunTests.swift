import FoundationEssentials
import Testing
import TuttiAgents
import TuttiCore
import TuttiEngine
import TuttiModels
import TuttiRouting
import TuttiStore
import TuttiTeams

@testable import TuttiServer

/// Runs whose models are routes.
@Suite("Runs over routes", .timeLimit(.minutes(2)))
struct RoutedRunTests {
    /// The first deployment has too much to do, and the second one answers that all is well.
    private static func models() throws -> ListedModels {
        let good = GatewayTests.Provider { _, tell in
            let response = ModelResponse(
                content: [.text(#"{"findings": [], "open_findings": [], "assessment": "It is good."}"#)],
                usage: ModelUsage(uncachedInput: 1_000_000, output: 500_000))
            for event in response.events { try await tell(event) }
            return response
        }
        return ListedModels([
            Model("one/m", provider: GatewayTests.Provider.fails(.overloaded, .retry)), Model("two/m", provider: good),
        ])
    }

    private static func table(priced: Bool = true) -> RouteTable {
        let deployments = [("one", Int64(1)), ("two", 2)].compactMap { name, dollars in
            ModelReference("\(name)/m").map { model in
                var deployment = Deployment(name: name, model: model)
                let price = USD(microdollars: dollars * 1_000_000)
                if priced {
                    deployment.price = ModelPrice(
                        model: "*", from: Timestamp(milliseconds: 0), uncachedInput: price, output: price)
                }
                return deployment
            }
        }
        return RouteTable(
            deployments: deployments, routes: [ModelRoute(alias: "smart", deployments: ["one", "two"])])
    }

    private static func body(_ members: (String, JSONValue)...) -> JSONValue {
        let usual: [String: JSONValue] = [
            "document": .string(RoundtableInputSample.document), "preset": "prd", "model": "smart",
        ]
        return .object(usual.merging(members) { $1 })
    }

    @Test func participantsAreAskedByRoutesAndTheJournalSaysWhoAnswered() async throws {
        try await ServerDesk.with(models: try Self.models(), routes: Self.table()) { desk in
            let started = try await desk.post("/api/v1/roundtables", Self.body())
            let id = try #require(started.json["id"]?.stringValue, "\(started.text)")
            let run = desk.engine.handle(of: RunID(trusted: id), as: RoundtableResult.self)
            let result = try await run.output
            #expect(result.outcome == .converged)
            var (decided, answered) = (0, 0)
            for try await event in run.events {
                let data = JSONValue.stored(event.data)
                switch event.type {
                case RoutedModels.decided:
                    decided += 1
                    #expect(data["route"] == "smart" && event.key?.contains("ask") == true)
                case RoutedModels.answered:
                    answered += 1
                    guard case .array(let attempts)? = data["attempts"] else { continue }
                    #expect(attempts.last?["deployment"] == "two" && data["success"] == true)
                default: break
                }
            }
            #expect(decided == 4 && answered == 4)
            // Each of the four participants at the price of the deployment that has answered.
            #expect(try await desk.engine.cost(of: run.id) == StepCost(microdollars: 12_000_000, tokens: 6_000_000))
            let spending = result.rounds.flatMap(\.critics).compactMap(\.spending).reduce(Spending(), +)
            #expect(spending.usd == USD(microdollars: 12_000_000))
        }
    }

    @Test func aParticipantOfAPanelMayNameOne() async throws {
        let participant: JSONValue = [
            "name": "reader", "role": "Reader", "expertise": "words", "perspective": "outside", "instructions": "Read.",
            "focus": ["words"], "model": "smart",
        ]
        try await ServerDesk.with(models: try Self.models(), routes: Self.table()) { desk in
            let started = try await desk.post(
                "/api/v1/roundtables",
                Self.body(("preset", .null), ("model", "two/m"), ("participants", [participant])))
            let id = try #require(started.json["id"]?.stringValue, "\(started.text)")
            let run = desk.engine.handle(of: RunID(trusted: id), as: RoundtableResult.self)
            #expect(try await run.output.outcome == .converged)
            let view = try await desk.get("/api/v1/runs/\(id)")
            #expect(view.json["input"]?["models"]?["participants"] == ["reader": "smart"])
        }
    }

    @Test func aRouteThatIsNotThereIsRefusedWithTheNearest() async throws {
        try await ServerDesk.with(models: try Self.models(), routes: Self.table()) { desk in
            let answer = try await desk.post("/api/v1/roundtables", Self.body(("model", "smrat")))
            #expect(answer.status == 422 && answer.text.contains("did you mean 'smart'?"), "\(answer.text)")
            #expect(answer.list("errors").first?["field"] == "/model")
        }
    }

    /// A budget in dollars needs a price of whoever may be asked.
    @Test func theDearestDeploymentCountsForBudgets() async throws {
        let budget: JSONValue = ["usd": "100"]
        try await ServerDesk.with(models: try Self.models(), routes: Self.table()) { desk in
            let answer = try await desk.post("/api/v1/roundtables", Self.body(("budget", budget)))
            #expect(answer.status == 202, "\(answer.text)")
            let cheap = try await desk.post("/api/v1/roundtables/estimate", Self.body(("model", "one/m")))
            #expect(cheap.status == 200)
        }
        try await ServerDesk.with(models: try Self.models(), routes: Self.table(priced: false)) { desk in
            let answer = try await desk.post("/api/v1/roundtables", Self.body(("budget", budget)))
            #expect(answer.status == 422 && answer.text.contains("nobody knows the price of smart"), "\(answer.text)")
        }
    }
}
