import TuttiAccess
import TuttiCore

/// What an issuer says of itself (OpenID Connect Discovery 1.0, section 3), as far as it matters here.
struct OpenIDDocument: Sendable, Hashable {
    /// Where browsers are sent.
    let authorization: OpenIDAddress
    /// Where a code becomes tokens.
    let token: OpenIDAddress
    /// Where its keys are.
    let keys: OpenIDAddress
    /// How clients may show who they are.
    let clientAuthentication: [String]
    /// Whether it names itself in each answer that comes by a browser (RFC 9207, section 3).
    let namesItself: Bool

    /// - Throws: ``OpenIDError`` `.badAnswer` that names the member.
    init(_ json: JSONValue, issuer: String) throws(OpenIDError) {
        keys = try Self.keys(json, issuer: issuer)
        authorization = try Self.address("authorization_endpoint", json, issuer: issuer)
        token = try Self.address("token_endpoint", json, issuer: issuer)
        try Self.checkOffer("response_types_supported", json) { $0 == "code" }
        try Self.checkOffer("code_challenge_methods_supported", json) { $0 == "S256" }
        try Self.checkOffer("id_token_signing_alg_values_supported", json) {
            TokenAlgorithm(rawValue: $0).map { $0 != .hs256 } ?? false
        }
        clientAuthentication =
            Self.texts("token_endpoint_auth_methods_supported", json) ?? ["client_secret_basic"]
        namesItself = json["authorization_response_iss_parameter_supported"] == .bool(true)
    }

    /// Where the keys of the issuer are, if it is the one that was asked for: whoever describes itself by the name of
    /// another would have us believe its keys for that one.
    static func keys(_ json: JSONValue, issuer: String) throws(OpenIDError) -> OpenIDAddress {
        guard let named = json["issuer"]?.stringValue, named.utf8.elementsEqual(issuer.utf8) else {
            throw OpenIDError(
                .badAnswer,
                "the issuer's description names another issuer than is configured; `issuer` has to be the same text, "
                    + "to the last slash")
        }
        return try address("jwks_uri", json, issuer: issuer)
    }

    private static func address(
        _ name: String, _ json: JSONValue, issuer: String
    ) throws(OpenIDError) -> OpenIDAddress {
        guard let address = json[name]?.stringValue.flatMap({ OpenIDAddress($0) }),
            !address.isPlain || issuer.hasPrefix("http://")
        else { throw OpenIDError(.badAnswer, "the issuer's description: `\(name)` \(OpenIDAddress.rule)") }
        return address
    }

    /// A list that is there has to hold what we need.
    private static func checkOffer(
        _ name: String, _ json: JSONValue, _ isRight: (String) -> Bool
    ) throws(OpenIDError) {
        guard let offer = texts(name, json), !offer.contains(where: isRight) else { return }
        throw OpenIDError(.badAnswer, "the issuer's description: `\(name)` has nothing that is known here")
    }

    private static func texts(_ name: String, _ json: JSONValue) -> [String]? {
        guard case .array(let members)? = json[name] else { return nil }
        return members.compactMap(\.stringValue)
    }
}
