import Testing
import TuttiAccess
import TuttiCore

/// Times, texts and the form of what a token says.
struct TokenClaimsTests {
    private static let second: Int64 = 1_800_000_000

    private static func moment(_ seconds: Int64, _ milliseconds: Int64 = 0) -> Timestamp {
        Timestamp(milliseconds: seconds * 1000 + milliseconds)
    }

    @Test func aTokenEndsAtItsExpiryAndTheLeeway() throws {
        let maker = try TokenMaker()
        let token = maker.token(claims: ["exp": .int(Self.second)])
        #expect(maker.refusal(of: token, at: Self.moment(Self.second + 29, 999)) == nil)
        #expect(maker.refusal(of: token, at: Self.moment(Self.second + 30)) == .expired)
        let strict = TokenVerifier(issuers: maker.verifier.issuers, leeway: .zero)
        let early = maker.token(claims: ["exp": .int(Self.second), "iat": .null])
        #expect(strict.refusal(of: early, at: Self.moment(Self.second - 1, 999)) == nil)
        #expect(strict.refusal(of: early, at: Self.moment(Self.second)) == .expired)
        #expect(maker.refusal(of: maker.token(claims: ["exp": 0])) == .expired)
    }

    @Test(arguments: ["nbf", "iat"])
    func aTokenBeginsAtItsTimeLessTheLeeway(_ name: String) throws {
        let maker = try TokenMaker()
        let token = maker.token(claims: ["iat": .null].merging([name: .int(Self.second)]) { $1 })
        #expect(maker.refusal(of: token, at: Self.moment(Self.second - 30)) == nil)
        #expect(maker.refusal(of: token, at: Self.moment(Self.second - 31, 999)) == .notYetValid)
        let strict = TokenVerifier(issuers: maker.verifier.issuers, leeway: .zero)
        #expect(strict.refusal(of: token, at: Self.moment(Self.second)) == nil)
        #expect(strict.refusal(of: token, at: Self.moment(Self.second - 1, 999)) == .notYetValid)
    }

    @Test func fractionsOfSecondsAreCutOff() throws {
        let maker = try TokenMaker()
        let token = maker.token(claims: ["exp": .double(1_800_000_100.9), "nbf": .double(1_700_000_000.5)])
        let claims = try maker.verifier.verify(token, at: TokenMaker.now)
        #expect(claims.expires == Self.moment(1_800_000_100))
        #expect(claims.notBefore == Self.moment(1_700_000_000))
    }

    @Test(
        arguments: ["exp", "nbf", "iat"],
        [
            #""1900000000""#, "-1", "-0.5", "253402300800", "9223372036854775807", "1e300", "1e18",
            "18446744073709551616",
            "null", "true", "[1900000000]", "{}", #""""#,
        ])
    func aTimeIsANumberOfSecondsThatACalendarHas(_ name: String, _ value: String) throws {
        let maker = try TokenMaker()
        var claims = maker.claims
        claims[name] = nil
        let text = jsonText(claims).dropLast() + #","\#(name)":\#(value)}"#
        #expect(maker.refusal(of: maker.written(claimsText: String(text))) == .invalidClaim)
    }

    @Test(arguments: ["NaN", "Infinity", "1e999", "0x10", "01", "+1", "1.", ".5", "1e"])
    func aNumberIsOneOfJSON(_ value: String) throws {
        let maker = try TokenMaker()
        let text = jsonText(maker.claims).dropLast() + #","x":\#(value)}"#
        #expect(maker.refusal(of: maker.written(claimsText: String(text))) == .malformed)
    }

    @Test func theLastSecondOfTheCalendarIsOne() throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(claims: ["exp": 253_402_300_799])) == nil)
    }

    @Test func someClaimsHaveToBeThere() throws {
        let maker = try TokenMaker()
        for name in ["exp", "sub"] {
            let token = maker.token(claims: [name: .null])
            let error = #expect(throws: TokenError.self) { try maker.verifier.verify(token, at: TokenMaker.now) }
            #expect(error?.code == .missingClaim)
            #expect(error?.claim == name)
        }
        #expect(maker.refusal(of: maker.token(claims: ["sub": ""])) == .invalidClaim)
    }

    @Test(arguments: ["sub", "jti", "sid"], [1, true, ["a"], ["a": 1]] as [JSONValue])
    func aNameIsAText(_ name: String, _ value: JSONValue) throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.token(claims: [name: value])) == .invalidClaim)
    }

    // MARK: Form

    @Test(arguments: [
        #"{"sub":"bob",REST}"#, #"{REST,"sub":"bob"}"#, #"{"\u0073ub":"bob",REST}"#, #"{"a":{"b":1,"b":1},REST}"#,
        #"{"a":[{"b":1,"\u0062":2}],REST}"#,
    ])
    func nothingIsSaidTwice(_ form: String) throws {
        let maker = try TokenMaker()
        let rest = String(jsonText(maker.claims).dropFirst().dropLast())
        let text = form.split(separator: "REST", omittingEmptySubsequences: false).joined(separator: rest)
        #expect(maker.refusal(of: maker.written(claimsText: text)) == .duplicateMember)
    }

    @Test func aHeaderSaysNothingTwice() throws {
        let maker = try TokenMaker()
        let text = #"{"alg":"none","alg":"EdDSA","kid":"k1","typ":"at+jwt"}"#
        #expect(maker.refusal(of: maker.written(headerText: text)) == .duplicateMember)
    }

    @Test func aColonInATextIsNoName() throws {
        let maker = try TokenMaker()
        let claims: [String: JSONValue] = ["a:b": "c:\"d\\:e", "x": ["{:", ["y": ":"]]]
        #expect(maker.refusal(of: maker.token(claims: claims)) == nil)
    }

    @Test func valuesNestToABound() throws {
        let maker = try TokenMaker()
        func nested(_ depth: Int) -> JSONValue { depth == 0 ? 1 : [nested(depth - 1)] }
        #expect(maker.refusal(of: maker.token(claims: ["x": nested(15)])) == nil)
        #expect(maker.refusal(of: maker.token(claims: ["x": nested(16)])) == .malformed)
    }

    @Test func aTokenHasABound() throws {
        let maker = try TokenMaker()
        let room = UnverifiedToken.bytesMax - maker.token().utf8.count
        let filler = String(repeating: "x", count: room * 3 / 4 - 20)
        #expect(maker.refusal(of: maker.token(claims: ["x": .string(filler)])) == nil)
        let more = String(repeating: "x", count: room * 3 / 4 + 20)
        #expect(maker.refusal(of: maker.token(claims: ["x": .string(more)])) == .tooLong)
        #expect(maker.refusal(of: String(repeating: ".", count: UnverifiedToken.bytesMax)) == .malformed)
    }

    @Test(arguments: [
        "", ".", "..", "...", "a", "a.b", "a.b.c", "e30.e30.", "e30.e30.e30.e30", "....", "e30=.e30.AA", "é.é.é",
        "bnVsbA.e30.", "W10.e30.", "IA.e30.",
    ])
    func whatIsNoTokenIsRefused(_ text: String) throws {
        let refusal = try TokenMaker().refusal(of: text)
        #expect(refusal == .malformed || refusal == .algorithmNotAllowed)
    }

    @Test(arguments: [
        "[]", "null", "\"x\"", "1", "", "{", "{}x", "{} {}", "{\"sub\":}", " {}", "{'a':1}", "{\"a\":1,}",
        "{\"a\":[1, ]}", "{a:1}",
    ])
    func claimsAreAnObject(_ text: String) throws {
        let maker = try TokenMaker()
        #expect(maker.refusal(of: maker.written(claimsText: text)) == .malformed)
        #expect(maker.refusal(of: maker.written(headerText: text)) == .malformed)
    }

    @Test func claimsAreUTF8() throws {
        let maker = try TokenMaker()
        let text = jsonText(maker.claims)
        let sixteen = text.utf16.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] }
        let broken = Array(text.utf8).dropLast() + Array(#","x":""#.utf8) + [0xFF, 0xC0] + Array("\"}".utf8)
        let marked = [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        for bytes in [sixteen, [0xFF, 0xFE] + sixteen, Array(broken), marked] {
            let message = StrictBase64.url.encode(jsonText(maker.header).utf8) + "." + StrictBase64.url.encode(bytes)
            let token = message + "." + StrictBase64.url.encode(maker.key.sign(Array(message.utf8)))
            #expect(maker.refusal(of: token) == .malformed)
        }
    }
}
