import TuttiCore
import TuttiModels
import TuttiRuntime

/// Shows who asks by a token that runs out (RFC 6750).
struct BearerAuthorization: CallAuthorization {
    private let token: FreshCredential<SecretText>

    /// - Parameter fetch: asks for a token; throws ``ModelError``.
    init(
        clock: any Timekeeper, fetch: @escaping @Sendable () async throws -> IssuedCredential<SecretText>
    ) {
        token = FreshCredential(.bearer, clock: clock, fetch: fetch)
    }

    func authorized(_ call: OutgoingCall) async throws -> OutgoingCall {
        let lease = try await token.lease()
        var call = call
        call.wire.headers.append(
            WireRequest.Header("authorization", secret: SecretText("Bearer \(lease.value.revealed)")))
        call.credential = lease.number
        return call
    }

    func renew(after call: OutgoingCall) async -> Bool { token.renew(after: call.credential) }
}

extension IssuedCredential<SecretText> {
    /// The token of an answer by RFC 6749, 5.1, which is refused when no header can hold it.
    ///
    /// - Throws: ``ModelError`` `unauthenticated` without a token.
    init(_ answer: JSONValue, from place: CredentialCalls.Place, now: Timestamp) throws(ModelError) {
        guard let token = answer["access_token"]?.stringValue, !token.isEmpty,
            token.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else {
            throw .noCredential("the answer of \(place.name) has no token; check that its address is the right one")
        }
        // Microsoft's metadata server sends numbers as texts. Without a life a token is fetched anew in time.
        let life = answer["expires_in"]?.secondsOfLife ?? .seconds(600)
        self.init(value: SecretText(token), expires: now + life)
    }
}

extension JSONValue {
    /// Seconds that something is good for, from a number or a text; `nil` for what makes no sense.
    fileprivate var secondsOfLife: Duration? {
        let seconds: Int64? =
            switch self {
            case .int(let number): number
            case .double(let number): Int64(exactly: number.rounded())
            case .string(let text): Int64(text)
            default: nil
            }
        return seconds.flatMap { (1...31_536_000).contains($0) ? .seconds($0) : nil }
    }
}
