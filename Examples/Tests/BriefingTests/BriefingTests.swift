import BriefingWorkflow
import Testing
import Tutti
import TuttiTesting

@Suite struct BriefingTests {
    @Test func asksForEachAngleOnce() async throws {
        let provider = TestProvider { _ in .saying("A note.") }
        let briefing = Briefing(model: Model("test/writer", provider: provider))
        let output = try await withEngine([briefing]) { engine, _ in
            try await engine.start(briefing, "tea").output
        }
        #expect(output == "A note.")
        #expect(provider.requests.count == 4)
    }

    @Test func waitsForAProviderThatIsOverloaded() async throws {
        let overloaded = ModelError(.overloaded, .retry, "The provider has too much to do.")
        let provider = TestProvider.listing([.failure(overloaded), .success(.saying("A note."))])
        let briefing = Briefing(model: Model("test/writer", provider: provider))
        let output = try await withEngine([briefing]) { engine, clock in
            let run = try await engine.start(briefing, "tea")
            await clock.untilAsleep(beside: engine)
            clock.advance(by: .seconds(10))
            return try await run.output
        }
        #expect(output == "A note.")
        #expect(provider.requests.count == 5)
    }
}
