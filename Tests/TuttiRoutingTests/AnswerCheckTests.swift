import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// Answers that are not taken, and where they lead.
struct AnswerCheckTests {
    private typealias Samples = RoutingSamples
    private typealias Demand = AnswerChecks.Demand

    private static let failed = AnswerChecks.failure("complete", nil)

    // MARK: What is asked of an answer

    @Test(arguments: [
        ([ModelContent.text("Hello")], FinishReason.stop, nil), ([.text(" \n")], .stop, "text"), ([], .stop, "text"),
        ([.toolCall(ModelToolCall(id: "1", name: "look", arguments: "{}"))], .toolCalls, nil),
        ([.text("Hel")], .length, "complete"), ([.text("I will not")], .filtered, "willing"),
        ([.text("I'M NOT SURE about that")], .stop, "without"),
    ])
    func whatIsDemanded(content: [ModelContent], finish: FinishReason, unmet: String?) {
        let checks = AnswerChecks(Set(Demand.allCases), without: ["i'm not sure"])
        let response = ModelResponse(content: content, finish: finish)
        #expect(checks.unmet(by: response, to: ModelRequest(model: "m", messages: [])) == unmet)
        #expect(AnswerChecks([]).unmet(by: response, to: ModelRequest(model: "m", messages: [])) == nil)
    }

    private static let form: JSONValue = [
        "type": "object", "required": ["name", "tags"],
        "properties": [
            "name": ["type": "string"], "tags": ["type": "array", "items": ["enum": ["a", "b"]]],
            "size": ["anyOf": [["type": "integer"], ["type": "null"]]],
        ],
    ]

    @Test(arguments: [
        (#"{"name": "x", "tags": []}"#, true), (#" {"name": "x", "tags": ["a", "b"], "size": 3, "more": 1} "#, true),
        (#"{"name": "x", "tags": [], "size": null}"#, true), (#"{"name": "x", "tags": [], "size": 3.0}"#, true),
        (#"{"name": "x"}"#, false), (#"{"name": 3, "tags": []}"#, false), (#"{"name": "x", "tags": ["c"]}"#, false),
        (#"{"name": "x", "tags": [], "size": 3.5}"#, false), (#"["name"]"#, false), ("Sure! {}", false), ("", false),
        (#"{"name": "x", "tags": []"#, false),
    ])
    func theFormThatWasAskedFor(text: String, fits: Bool) {
        #expect(JSONForm(Self.form).fits(text) == fits)
        var request = ModelRequest(model: "m", messages: [])
        let response = ModelResponse(content: [.text(text)])
        #expect(AnswerChecks([.json]).unmet(by: response, to: request) == nil)  // nobody has asked for JSON
        request.output = ModelOutputForm(name: "form", schema: Self.form)
        #expect(AnswerChecks([.json]).unmet(by: response, to: request) == (fits ? nil : "json"))
    }

    // MARK: Where it leads

    private func world(_ change: (inout ModelRoute) -> Void = { _ in }) throws -> FailoverWorld {
        FailoverWorld(Samples.table(try ["a", "b", "c"].map { try Samples.deployment($0) }, change))
    }

    @Test func aStrongerOneIsAsked() async throws {
        let world = try world { route in
            route.deployments = ["a"]
            route.fallbacks = [RouteFallback(.code(.checkFailed), to: ["c"])]
        }
        let answer = try await world.run(check: { $0 == "a" ? Self.failed : nil }) { $0.deployment.name }
        #expect(answer == "c" && world.asked == ["a", "c"])
        #expect(world.outcomes.first?.attempts.map(\.error) == ["check_failed", nil])
        // It is no fault of the one that has answered.
        #expect(world.board.snapshots(at: .zero).allSatisfy { $0.circuit == .closed } && world.inFlight == [0, 0, 0])
    }

    @Test func withoutAFallbackTheNextInLineIsAsked() async throws {
        let world = try world()
        let answer = try await world.run(check: { $0 == "c" ? nil : Self.failed }) { $0.deployment.name }
        #expect(answer == "c" && world.asked == ["a", "b", "c"])
    }

    @Test func theLastAnswerIsBetterThanNone() async throws {
        let world = try world { $0.retries = 1 }
        let answer = try await world.run(check: { _ in Self.failed }) { $0.deployment.name }
        #expect(answer == "b" && world.asked == ["a", "b"] && world.outcomes.first?.isSuccess == true)
    }

    @Test func anAnswerIsBetterThanAFailure() async throws {
        let world = try world()
        let answer = try await world.run(check: { _ in Self.failed }) { attempt in
            if attempt.deployment.name != "a" { throw Samples.badRequest }
            return "a"
        }
        #expect(answer == "a" && world.asked == ["a", "b"])
    }

    @Test func nobodyElseIsAskedForOneWhoHasLeft() async throws {
        let world = try world()
        let call = Task {
            try await world.run(check: { _ in Self.failed }) { attempt in
                if attempt.deployment.name == "b" { unsafe withUnsafeCurrentTask { unsafe $0?.cancel() } }
                return attempt.deployment.name
            }
        }
        #expect(try await call.value == "b" && world.asked == ["a", "b"])
    }

    // MARK: In runs

    /// A provider with one answer.
    private struct Fixed: ModelProvider {
        let text: String
        let finish: FinishReason

        func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
            let usage = ModelUsage(uncachedInput: 1_000_000, output: 1_000_000)
            let response = ModelResponse(content: [.text(text)], usage: usage, finish: finish)
            for event in response.events { try await tell(event) }
            return response
        }
    }

    @Test func aRunHearsOnlyTheAnswerThatIsTaken() async throws {
        let table = Samples.table([
            try Samples.deployment("a", dollars: (1, 2)), try Samples.deployment("b", dollars: (3, 4)),
        ]) { $0.checks = AnswerChecks([.complete]) }
        let router = ModelRouter(RoutePlanner(table), clock: HandClock())
        let provider = RoutedProvider(router) { deployment, _ in
            let isWeak = deployment.name == "a"
            return RoutedProvider.Target(
                Fixed(text: deployment.name, finish: isWeak ? .length : .stop), model: deployment.name)
        }
        let response = try await provider.answer(ModelRequest(model: "r", messages: [])) { event in
            if case .text(let text) = event { #expect(text == "b") }
        }
        // Both answers have to be paid.
        #expect(response.text == "b" && response.usage?.reportedCost == .dollars(10))
        #expect(response.usage?.output == 2_000_000)
    }

    @Test func whatCameBeforeAFailureHasToBePaid() async throws {
        let table = Samples.table([
            try Samples.deployment("a", dollars: (1, 2)), try Samples.deployment("b", dollars: (3, 4)),
        ])
        let router = ModelRouter(RoutePlanner(table), clock: HandClock())
        struct Failing: ModelProvider {
            func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
                var error = Samples.overloaded
                error.usage = ModelUsage(uncachedInput: 1_000_000)
                throw error
            }
        }
        let provider = RoutedProvider(router) { deployment, _ in
            RoutedProvider.Target(
                deployment.name == "a" ? Failing() as any ModelProvider : Fixed(text: "b", finish: .stop),
                model: deployment.name)
        }
        let response = try await provider.answer(ModelRequest(model: "r", messages: [])) { _ in }
        #expect(response.usage?.reportedCost == .dollars(8))
    }
}
