import TuttiAccess
import TuttiCore
import TuttiRuntime

/// The keys of one issuer as they are now, and the judgement of its tokens by them.
struct IssuerKeys: Sendable {
    private let keys: Refreshed<[VerificationKey]>

    /// - Parameter address: where the keys are.
    init(
        _ transport: OpenIDTransport, time: any Timekeeper,
        address: @escaping @Sendable () async throws(OpenIDError) -> String
    ) {
        keys = Refreshed(time: time) { () async throws(OpenIDError) in
            let what = "the keys of the issuer"
            let json = try await transport.document(at: address(), what)
            do throws(TokenKeyError) {
                // One that is a secret is none: whoever knows it could make tokens.
                return try JSONWebKeySet(json).keys.filter { $0.jwk != nil }
            } catch {
                throw OpenIDError(.badAnswer, "\(what): \(error.message)")
            }
        }
    }

    /// What a token says, if it is genuine.
    ///
    /// When it names a key that is not known, the keys are fetched once more, unless that was done a moment ago. The
    /// same holds for a token that names none and fits none: its issuer may have a new key.
    func verify(
        _ token: UnverifiedToken, of issuer: String, audiences: [String], types: [String], at moment: Timestamp
    ) async throws(OpenIDError) -> TokenClaims {
        let held = try await keys.current()
        func judge(_ keys: [VerificationKey]) -> Result<TokenClaims, TokenError> {
            let trusted = TrustedIssuer(issuer: issuer, audiences: audiences, keys: keys, types: types)
            return Result { () throws(TokenError) in try TokenVerifier(issuers: [trusted]).verify(token, at: moment) }
        }
        var judgement = judge(held.value)
        if case .failure(let error) = judgement, Self.mayBeNew(error, token),
            let newer = await keys.newer(than: held.number)
        {
            judgement = judge(newer.value)
        }
        do throws(TokenError) { return try judgement.get() } catch { throw OpenIDError(error) }
    }

    private static func mayBeNew(_ error: TokenError, _ token: UnverifiedToken) -> Bool {
        error.code == .unknownKey || token.keyID == nil && [.badSignature, .algorithmNotAllowed].contains(error.code)
    }
}
