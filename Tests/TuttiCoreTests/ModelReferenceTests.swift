import FoundationEssentials
import Testing
import TuttiCore

@Suite("References to models")
struct ModelReferenceTests {
    @Test(arguments: [
        "", "/", "a/", "/b", "A/b", "1a/b", "a.b/c", "a/b c", "a/é", "é", "a b", "a@b", "a/b\n",
        String(repeating: "a", count: ModelReference.routeLengthMax + 1), "a\u{0}/b",
        "a/" + String(repeating: "b", count: ModelReference.lengthMax),
    ]) func refusesWhatIsNone(text: String) {
        #expect(ModelReference(text) == nil)
        let json = try? JSONEncoder().encode([text])
        #expect(throws: DecodingError.self) { try JSONDecoder().decode([ModelReference].self, from: json ?? Data()) }
    }

    @Test(arguments: ["fast", "A.b-c_d:e"]) func aNameWithoutASlashIsARoute(text: String) throws {
        let route = try #require(ModelReference(text))
        #expect(route.isRoute && route.name == text && route.provider.isEmpty && "\(route)" == text)
        let json = try JSONEncoder().encode([route])
        #expect(try JSONDecoder().decode([ModelReference].self, from: json) == [route])
        #expect(ModelReference("a/b")?.isRoute == false)
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
