import Testing
import TuttiCore

@testable import TuttiTeams

@Suite("Strategies for models")
struct ModelStrategyTests {
    private static func model(_ text: String) throws -> ModelReference { try #require(ModelReference(text)) }

    private static func participants(_ models: [String?]) -> [Participant] {
        models.enumerated().map { index, model in
            Participant(
                name: "p\(index)", role: "R", expertise: "E", perspective: "P", instructions: "I", focus: ["f"],
                model: model.flatMap { ModelReference($0) })
        }
    }

    private static func models(
        _ strategy: ModelStrategy, _ own: [String?], _ chosen: [String], among available: [String]? = nil
    ) throws -> [String] {
        try strategy.models(
            of: participants(own), chosen: chosen.map { try model($0) },
            available: available?.map { try model($0) }
        ).map(\.description)
    }

    private static func error(
        _ strategy: ModelStrategy, _ own: [String?], _ chosen: [String], among available: [String]? = nil
    ) -> ModelStrategyError? {
        do {
            _ = try models(strategy, own, chosen, among: available)
            return nil
        } catch {
            return error as? ModelStrategyError
        }
    }

    @Test func whatIsMissingIsSaid() {
        #expect(
            Self.error(.uniform, [nil], [])?.message
                == "the models are uniform, and no model is chosen; choose one, as provider/name")
        #expect(
            Self.error(.diverse, ["a/b"], [])?.message
                == "the models are diverse, and no model is chosen; choose at least two, as provider/name")
        #expect(
            Self.error(.diverse, [nil], ["a/b", "a/b"])?.message
                == "the models are diverse, and only one is chosen; choose at least two, or let them be uniform")
        #expect(
            Self.error(.perCritic, [nil, "a/b", nil], [])?.message
                == "p0, p2 have no model; give each one in the panel, or choose one for those without")
        #expect(Self.error(.perCritic, [nil], [])?.message.hasPrefix("p0 has no model") == true)
        #expect(Self.error(.perCritic, [nil], [])?.code == "no_model")
        #expect(Self.error(.diverse, [nil], ["a/b"])?.code == "too_few_models")
    }

    @Test func aModelThatIsNotThereIsSaid() {
        let near = Self.error(.perCritic, ["a/smal"], [], among: ["a/small", "a/large"])
        #expect(near?.message == "the model of 'p0' is a/smal, which there is not; did you mean 'a/small'?")
        #expect(near?.code == "model_unavailable")
        #expect(
            Self.error(.diverse, [nil, nil], ["a/small", "b/x"], among: ["a/small", "a/large"])?.message
                == "the model of 'p1' is b/x, which there is not; there are a/large, a/small")
        #expect(
            Self.error(.uniform, [nil], ["a/b"], among: [])?.message
                == "the model of 'p0' is a/b, which there is not; there is none at all; start a server, or set a key")
    }

    @Test func uniformIsOneForAll() throws {
        #expect(try Self.models(.uniform, [nil, "c/d"], ["a/b", "e/f"], among: ["a/b"]) == ["a/b", "a/b"])
    }

    @Test func perCriticTakesTheirOwnAndFillsUp() throws {
        #expect(try Self.models(.perCritic, [nil, "c/d", nil], ["a/b", "e/f"]) == ["a/b", "c/d", "a/b"])
        #expect(try Self.models(.perCritic, ["c/d"], []) == ["c/d"])
    }

    @Test func diverseGoesAround() throws {
        #expect(
            try Self.models(.diverse, [nil, "c/d", nil, nil], ["a/b", "a/b", "e/f", "g/h"])
                == ["a/b", "e/f", "g/h", "a/b"])
        #expect(try Self.models(.diverse, [nil], ["a/b", "e/f"]) == ["a/b"])
    }
}
