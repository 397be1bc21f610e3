import FoundationEssentials
import Testing
import TuttiAccess
import TuttiCore

struct SecretReferenceTests {
    @Test(arguments: ["openai", "a", "0", "my.key_2-x", String(repeating: "a", count: 100)])
    func namesThatAreRight(text: String) throws {
        #expect(SecretName(text)?.text == text)
    }

    @Test(arguments: [
        "", ".", "..", "-a", "_a", ".a", "A", "ä", "a b", "a/b", "a\u{0}", "a%2fb", "a\n",
        String(repeating: "a", count: 101),
    ])
    func namesThatAreWrong(text: String) {
        #expect(SecretName(text) == nil)
    }

    @Test(arguments: [
        ("secret:openai", nil), ("secret:person/openai", SecretReference.Level.person),
        ("secret:project/openai", .project), ("secret:tenant/openai", .tenant),
    ])
    func referencesAreTexts(text: String, level: SecretReference.Level?) throws {
        let reference = try #require(SecretReference(text))
        #expect(reference.level == level && reference.name.text == "openai")
        #expect(reference.description == text)
        let json = try CanonicalJSON.encode([reference])
        #expect(String(decoding: json, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try CanonicalJSON.decode([SecretReference].self, from: json) == [reference])
    }

    @Test(arguments: [
        "openai", "secret:", "secret:/a", "secret:team/a", "secret:person/", "secret:person/a/b", "Secret:a",
        "secret:person/../a", "secret:a/", " secret:a",
    ])
    func otherTextsAreNone(text: String) {
        #expect(SecretReference(text) == nil)
    }

    @Test func whatIsNoReferenceIsNotToldAgain() throws {
        // Somebody may have put the secret itself where the reference belongs.
        let json = try CanonicalJSON.encode(["sk-planted-value"])
        for type in [SecretReference.self as any Decodable.Type, SecretName.self] {
            func fail(_ type: (some Decodable).Type) -> String {
                do {
                    _ = try CanonicalJSON.decode([SecretReference].self, from: json)
                    return ""
                } catch {
                    return String(describing: error)
                }
            }
            let text = fail(type)
            #expect(text.contains("a reference to a secret is") && !text.contains("planted"))
        }
    }

    @Test func scopesGoFromNearToFar() throws {
        let any = try reference("secret:a")
        #expect(
            SecretScope.candidates(for: any, project: "p", person: "x") == [.person("x"), .project("p"), .tenant])
        #expect(SecretScope.candidates(for: any, project: nil, person: nil) == [.tenant])
        let project = try reference("secret:project/a")
        #expect(SecretScope.candidates(for: project, project: "p", person: "x") == [.project("p")])
        #expect(SecretScope.candidates(for: project, project: nil, person: "x").isEmpty)
    }

    @Test func contextsAreNeverAlike() throws {
        let a = try name("a")
        let texts = [
            SecretContext(tenant: "t", scope: .tenant, name: a, version: 1),
            SecretContext(tenant: "t", scope: .person(""), name: a, version: 1),
            SecretContext(tenant: "t", scope: .project("x"), name: a, version: 1),
            SecretContext(tenant: "t", scope: .person("x"), name: a, version: 1),
            SecretContext(tenant: "t", scope: .person("x|1:a"), name: a, version: 1),
            SecretContext(tenant: "t|6:person", scope: .person("x"), name: a, version: 1),
            SecretContext(tenant: "t", scope: .person("x"), name: a, version: 11),
            SecretContext(tenant: "t", scope: .person("x"), name: try name("a1"), version: 1),
        ]
        #expect(Set(texts.map(\.text)).count == texts.count)
    }
}
