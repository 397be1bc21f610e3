import Synchronization
import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// Routes as a provider of models.
struct RoutedProviderTests {
    private typealias Samples = RoutingSamples

    /// A provider that tells some events, and then answers or fails.
    private struct Scripted: ModelProvider {
        var events: [ModelEvent] = [.text("Hello"), .finished(.stop, native: nil)]
        var error: ModelError?
        var asked: @Sendable (ModelRequest) -> Void = { _ in }

        func answer(_ request: ModelRequest, tell: ModelListener) async throws -> ModelResponse {
            asked(request)
            for event in events { try await tell(event) }
            if let error { throw error }
            return ModelResponse(
                content: [.text("Hello")], usage: ModelUsage(uncachedInput: 1_000_000, output: 1_000_000))
        }
    }

    private final class Notes: Sendable {
        let requests = Mutex<[ModelRequest]>([])
        let decisions = Mutex<[RouteDecision]>([])
        let outcomes = Mutex<[RouteOutcome]>([])
        let events = Mutex<[ModelEvent]>([])
    }

    private let notes = Notes()
    private let request = ModelRequest(model: "r", messages: [])

    private func router() throws -> ModelRouter {
        let table = Samples.table([
            try Samples.deployment("a", model: "x/first", dollars: (1, 2), keys: ["k"]),
            try Samples.deployment("b", model: "y/second"),
        ])
        return ModelRouter(RoutePlanner(table), clock: HandClock(), random: LockedGenerator(SeededGenerator(seed: 1)))
    }

    private func provider(_ router: ModelRouter, _ providers: [String: Scripted]) -> RoutedProvider {
        let notes = notes
        return RoutedProvider(
            router,
            resolve: { deployment, key in
                guard var scripted = providers[deployment.name] else { throw Samples.unauthenticated }
                #expect(key?.text == (deployment.name == "a" ? "k" : nil))
                scripted.asked = { request in notes.requests.withLock { $0.append(request) } }
                return RoutedProvider.Target(scripted, model: deployment.model.name)
            },
            decided: { decision in notes.decisions.withLock { $0.append(decision) } },
            done: { outcome in notes.outcomes.withLock { $0.append(outcome) } })
    }

    private func ask(_ provider: RoutedProvider) async throws -> ModelResponse {
        let notes = notes
        return try await provider.answer(request) { event in notes.events.withLock { $0.append(event) } }
    }

    @Test func aRouteAnswersAsItsDeployment() async throws {
        let router = try router()
        let response = try await ask(provider(router, ["a": Scripted(), "b": Scripted()]))
        #expect(response.text == "Hello" && response.usage?.reportedCost == .dollars(3))
        #expect(notes.requests.withLock { $0.map(\.model) } == ["first"])
        #expect(notes.events.withLock { $0 } == [.text("Hello"), .finished(.stop, native: nil)])
        #expect(notes.decisions.withLock { $0.map { $0.candidates.map(\.deployment) } } == [["a", "b"]])
        let attempt = notes.outcomes.withLock { $0.first?.attempts.first }
        #expect(attempt?.cost == .dollars(3) && attempt?.usage?.output == 1_000_000)
        #expect(router.snapshots().map(\.figures.spent) == [.dollars(3), USD(microdollars: 0)])
    }

    @Test func whatFailsBeforeItsFirstWordIsNotNoticed() async throws {
        let router = try router()
        let broken = Scripted(events: [], error: Samples.overloaded)
        _ = try await ask(provider(router, ["a": broken, "b": Scripted()]))
        #expect(notes.requests.withLock { $0.map(\.model) } == ["first", "second"])
        #expect(notes.events.withLock { $0 } == [.text("Hello"), .finished(.stop, native: nil)])
        #expect(router.snapshots().map(\.figures.successShare) == [0, 1])
    }

    @Test func whatBreaksOffIsTold() async throws {
        let cut = Scripted(events: [.text("Hel")], error: ModelError(.cutOff, .retry, ""))
        let router = try router()
        let error = await #expect(throws: ModelError.self) {
            try await ask(provider(router, ["a": cut, "b": Scripted()]))
        }
        #expect(error?.hasContent == true)
        #expect(notes.requests.withLock { $0.count } == 1)
    }

    @Test func whatFailsMayCostMoneyToo() async throws {
        var error = Samples.refused
        error.usage = ModelUsage(uncachedInput: 1_000_000)
        let router = try router()
        let refusing = provider(router, ["a": Scripted(events: [], error: error), "b": Scripted()])
        await #expect(throws: ModelError.self) { try await ask(refusing) }
        #expect(notes.outcomes.withLock { $0.first?.attempts.first?.cost } == .dollars(1))
        #expect(router.snapshots()[0].figures == TrafficFigures(spent: .dollars(1)))
    }

    @Test func aSecretThatIsNotThereIsPassedOver() async throws {
        let router = try router()
        _ = try await ask(provider(router, ["b": Scripted()]))
        #expect(notes.requests.withLock { $0.map(\.model) } == ["second"])
        #expect(router.snapshots()[0].keys.map(\.state) == [.off])
    }

    @Test func whoListensAndFailsBlamesNobody() async throws {
        struct Gone: Error {}
        let router = try router()
        let provider = provider(router, ["a": Scripted(), "b": Scripted()])
        await #expect(throws: Gone.self) { try await provider.answer(request) { _ in throw Gone() } }
        await #expect(throws: ModelError.self) { try await provider.answer(request) { _ in throw Samples.overloaded } }
        #expect(router.snapshots().map(\.figures.calls) == [0, 0])
        #expect(router.snapshots().map(\.inFlight) == [0, 0])
        #expect(notes.outcomes.withLock { $0.flatMap(\.attempts).map(\.error) } == ["listener", "listener"])
    }

    @Test func aRouteThatIsNotThereIsAnError() async throws {
        let provider = provider(try router(), [:])
        let other = ModelRequest(model: "rr", messages: [])
        let error = await #expect(throws: RouteError.self) { try await provider.answer(other) { _ in } }
        #expect(error?.kind == .unknownRoute && error?.message.contains("did you mean 'r'?") == true)
    }

    @Test func aNewTableCountsFromTheNextCallOn() async throws {
        let router = try router()
        router.update(RoutePlanner(Samples.table([try Samples.deployment("b", model: "y/second")])))
        _ = try await ask(provider(router, ["b": Scripted()]))
        #expect(notes.requests.withLock { $0.map(\.model) } == ["second"])
        #expect(router.snapshots().map(\.deployment) == ["b"] && router.table.deployments.count == 1)
    }

    @Test func openCircuitsAreNotPlanned() throws {
        let router = try router()
        for _ in 0..<5 {
            let ticket = try router.board.begin("a", at: .zero).get()
            router.board.end(ticket, CallReport(.failed(Samples.overloaded)), at: .zero)
        }
        let plan = try router.plan("r", for: RouteFacts())
        #expect(plan.candidates.map(\.name) == ["b"])
        #expect(plan.decision.candidates.map(\.dropped) == [nil, .circuitOpen])
    }
}
