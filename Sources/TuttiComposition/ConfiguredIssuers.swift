import TuttiAccess
import TuttiAccessHTTP
import TuttiConfiguration
import TuttiCore
import TuttiHTTPClient
import TuttiRuntime
import TuttiTerminal

/// The other issuers whose bearer tokens are believed: those whose keys are fetched, and one bare key.
struct ConfiguredIssuers: ForeignTokens {
    private let fetched: ForeignKeys
    private let roles: [String: ForeignRoles]
    private let known: KnownForeignTokens?

    /// - Throws: ``InputError`` that names the setting.
    init(_ configuration: Configuration, client: HTTPClient, clock: any Timekeeper) throws(InputError) {
        let urls = configuration.values(of: ConfigurationKeys.issuerURL)
        let audiences = configuration.values(of: ConfigurationKeys.issuerAudience)
        let granted = configuration.values(of: ConfigurationKeys.issuerRoles)
        let claims = configuration.values(of: ConfigurationKeys.issuerClaim)
        var issuers: [ForeignIssuer] = []
        var roles: [String: ForeignRoles] = [:]
        if let name = [audiences, granted, claims].flatMap(\.keys).sorted().first(where: { urls[$0] == nil }) {
            throw InputError("issuers.\(name) needs a url, without which nobody's tokens are believed")
        }
        for (name, url) in urls.sorted(by: { $0.key < $1.key }) {
            do throws(OpenIDError) {
                issuers.append(
                    try ForeignIssuer(issuer: url, audiences: Self.names(audiences[name]), types: []))
            } catch {
                throw InputError("issuers.\(name): \(error.message)")
            }
            let allowed = Set(Self.names(granted[name]))
            roles[url] = ForeignRoles(
                claim: claims[name] ?? "roles", allowed: allowed, usual: allowed.isEmpty ? ["user"] : [])
        }
        do throws(OpenIDError) {
            fetched = try ForeignKeys(issuers, client: client, time: clock)
        } catch {
            throw InputError("issuers: \(error.message)")
        }
        self.roles = roles
        known = try Self.bareKey(configuration)
    }

    private static func names(_ text: String?) -> [String] {
        (text ?? "").split(separator: ",").map { String($0.drop { $0 == " " }) }.filter { !$0.isEmpty }
    }

    /// A service that signs with a key of its own, and says neither who it is nor for whom its tokens are.
    private static func bareKey(_ configuration: Configuration) throws(InputError) -> KnownForeignTokens? {
        guard let pem = configuration.value(of: ConfigurationKeys.foreignKey) else { return nil }
        do throws(TokenKeyError) {
            let key = try VerificationKey(pem: pem, algorithm: nil, id: nil)
            let allowed = Set(configuration[ConfigurationKeys.foreignRoles])
            return KnownForeignTokens(
                [
                    KnownForeignTokens.Issuer(
                        trusted: TrustedIssuer(issuer: nil, audiences: [], keys: [key], types: []),
                        roles: ForeignRoles(claim: "role", allowed: allowed))
                ], tenant: HomeAccess.tenant)
        } catch {
            throw InputError("auth.jwt_public_key: \(error.message)")
        }
    }

    func principal(
        of token: UnverifiedToken, at time: Timestamp
    ) async throws(CredentialRefusal) -> (principal: Principal, expires: Timestamp) {
        guard fetched.knows(token) else {
            guard let known else { throw .notBelieved }
            return try await known.principal(of: token, at: time)
        }
        let claims: TokenClaims
        do throws(OpenIDError) {
            claims = try await fetched.verify(token, at: time)
        } catch {
            if let refusal = error.token { throw CredentialRefusal(refusal) }
            throw CredentialRefusal("token_refused", "the token cannot be judged: \(error.message)")
        }
        return (
            Principal(claims, roles: claims.trusted.flatMap { roles[$0] }, tenant: HomeAccess.tenant), claims.expires
        )
    }
}
