import TuttiCore

@testable import TuttiAccess

/// An RSA key of another service, made for one test.
struct ForeignKeyPair: Sendable {
    private let handle: KeyHandle
    let verification: VerificationKey

    init?() {
        guard let handle = KeyHandle.generate(.rsa), let key = try? VerificationKey(handle, id: nil) else { return nil }
        self.handle = handle
        verification = key
    }

    /// A token with this head and these claims.
    func token(_ claims: [String: JSONValue], header: [String: JSONValue] = ["alg": "RS256", "typ": "JWT"]) -> String {
        let parts = [JSONValue.object(header), .object(claims)].map { StrictBase64.url.encode($0.bytes) }
        let message = parts.joined(separator: ".")
        return message + "." + StrictBase64.url.encode(handle.sign(Array(message.utf8)) ?? [])
    }

    /// Believes it as a service that says no more than who, until when and in which role.
    func believed(roles: Set<String>) -> KnownForeignTokens {
        KnownForeignTokens(
            [
                KnownForeignTokens.Issuer(
                    trusted: TrustedIssuer(issuer: nil, audiences: [], keys: [verification], types: []),
                    roles: ForeignRoles(claim: "role", allowed: roles))
            ], tenant: "default")
    }
}
