import Testing
import TuttiAccess
import TuttiCore

struct JSONWebKeySetTests {
    private func key(_ id: String) throws -> JSONValue {
        try #require(try VerificationKey(pem: ForeignKeys.ed25519, id: id).jwk)
    }

    @Test func keysThatAreNotKnownAreLeftOut() throws {
        let set = try JSONWebKeySet([
            "keys": [
                ["kty": "EC", "crv": "P-521", "x": "AA", "y": "AA"], try key("a"), ["kty": "oct", "k": "AAAA"],
                ["kty": "new"], ["kty": "RSA", "n": "AQAB", "e": "AQAB", "use": "enc"], 7, try key("b"),
            ], "more": 1,
        ])
        #expect(set.keys.map(\.id) == ["a", "b"])
        #expect(set.skipped.count == 5)
    }

    @Test(arguments: [[], ["keys": ["a": 1]], ["key": []], "keys", .null] as [JSONValue])
    func whatIsNoSetIsRefused(_ json: JSONValue) {
        let error = #expect(throws: TokenKeyError.self) { try JSONWebKeySet(json) }
        #expect(error?.code == .malformed)
    }

    @Test func aSetHasABound() throws {
        let one = try key("a")
        let most = [JSONValue](repeating: one, count: JSONWebKeySet.keysMax)
        #expect(try JSONWebKeySet(["keys": .array(most)]).keys.count == JSONWebKeySet.keysMax)
        let error = #expect(throws: TokenKeyError.self) { try JSONWebKeySet(["keys": .array(most + [one])]) }
        #expect(error?.code == .tooMany)
    }

    @Test func secretsAreNotPublished() throws {
        let secret = try VerificationKey(secret: SecretText(ForeignTokens.secret), id: "h")
        let set = JSONWebKeySet([secret, try SigningKey.generate(.es256).verification])
        #expect(set.keys.map(\.algorithm) == [.es256])
        guard case .array(let keys)? = set.json["keys"] else { return #expect(Bool(false)) }
        #expect(keys.count == 1)
        #expect(keys.first?["d"] == nil)
    }
}
