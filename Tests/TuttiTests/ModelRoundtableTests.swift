import FoundationEssentials
import Testing
import Tutti
import TuttiTesting

/// A roundtable whose critics are models, in one call.
@Suite struct ModelRoundtableTests {
    private let text = "# Uploads\n\nUsers can upload attachments.\n"

    private func opened<Output>(_ body: (Tutti) async throws -> Output) async throws -> Output {
        let home = FileManager.default.temporaryDirectory.path + "/tutti-models-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: home) }
        let tutti = try await Tutti.open(home: home)
        do {
            let output = try await body(tutti)
            await tutti.close()
            return output
        } catch {
            await tutti.close()
            throw error
        }
    }

    private func models(_ provider: TestProvider) -> ListedModels {
        ListedModels([Model("test/one", provider: provider)])
    }

    @Test("seats the preset that the kind suggests", arguments: [(DocumentKind.prd, "prd"), (.rfc, "architecture")])
    func presets(kind: DocumentKind, preset: String) async throws {
        let provider = TestProvider { _ in .saying(#"{"findings": []}"#) }
        let result = try await opened {
            try await $0.roundtable(text, kind: kind, model: "test/one", of: models(provider))
        }
        #expect(result.outcome == .converged)
        let names = try Presets().named(preset).participants.map(\.name)
        #expect(result.rounds[0].critics.map(\.critic) == names)
        #expect(provider.requests.count == names.count)
    }

    @Test("seats a panel of one's own, and critics of the rulebook beside it")
    func ownPanel() async throws {
        let panel = Panel(participants: [
            Participant(
                name: "ops", role: "Operator", expertise: "Years of it.", perspective: "At night",
                instructions: "Look for limits.", focus: ["limits"])
        ])
        let provider = TestProvider { _ in .saying(#"{"findings": []}"#) }
        let result = try await opened {
            try await $0.roundtable(text, model: "test/one", of: models(provider), panel: panel) { input in
                input.critics = ["ai-risk"]
                input.maxIterations = 1
            }
        }
        #expect(result.rounds[0].critics.map(\.critic) == ["ai-risk", "ops"])
    }

    @Test("names a model that is not there")
    func unknownModel() async throws {
        let error = await #expect(throws: RunError.self) {
            try await opened { try await $0.roundtable(text, model: "nowhere/one") }
        }
        #expect(error?.cause?.code == "unknown_provider")
    }
}
