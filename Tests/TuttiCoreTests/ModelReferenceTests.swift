import FoundationEssentials
import Testing
import TuttiCore

@Suite("References to models")
struct ModelReferenceTests {
    @Test(arguments: [
        "", "/", "a", "a/", "/b", "A/b", "1a/b", "a.b/c", "a/b c", "a/é", "a/b\n", "a\u{0}/b",
        "a/" + String(repeating: "b", count: ModelReference.lengthMax),
    ]) func refusesWhatIsNone(text: String) {
        #expect(ModelReference(text) == nil)
        let json = try? JSONEncoder().encode([text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ModelReference].self, from: json ?? Data()) }
    }

    /// As the configuration names them: `providers.my_server.url`.
    @Test(arguments: ["my_server/a", "my-server/a", "a1/b"]) func providersOfOnesOwnAreNamedSo(text: String) {
        #expect(ModelReference(text)?.description == text)
    }

    @Test func theProviderEndsAtTheFirstSlash() throws {
        let model = try #require(ModelReference("openrouter/vendor/small:free"))
        #expect(model.provider == "openrouter")
        #expect(model.name == "vendor/small:free")
        #expect("\(model)" == "openrouter/vendor/small:free")
        let json = try JSONEncoder().encode([model])
        #expect(try JSONDecoder().decode([ModelReference].self, from: json) == [model])
    }
}
