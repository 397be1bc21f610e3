import TuttiCore

@testable import TuttiAccess

/// A key of an issuer of tests, which signs whatever it is given.
struct TestKey: Sendable {
    let id: String
    let handle: KeyHandle
    let verification: VerificationKey

    init(_ algorithm: TokenAlgorithm, id: String) throws {
        let kind: KeyHandle.Kind = algorithm == .rs256 ? .rsa : algorithm == .es256 ? .p256 : .ed25519
        guard let handle = KeyHandle.generate(kind) else { throw TokenKeyError(.malformed, "no random numbers") }
        self.id = id
        self.handle = handle
        verification = try VerificationKey(handle, id: id)
    }

    var jwk: JSONValue { verification.jwk ?? .null }

    /// A token as an issuer makes it; `header` takes the place of what would be there.
    func token(_ claims: [String: JSONValue], header: [String: JSONValue] = [:]) -> String {
        let usual: [String: JSONValue] = [
            "alg": .string(verification.algorithm.rawValue), "kid": .string(id), "typ": "JWT",
        ]
        let head = usual.merging(header) { $1 }.filter { $0.value != .null }
        return TestKey.token(head, claims) { message in
            let signature = handle.sign(message) ?? []
            return handle.kind == .p256 ? JOSESignature.tokenForm(signature) ?? [] : signature
        }
    }

    static func token(
        _ header: [String: JSONValue], _ claims: [String: JSONValue], sign: ([UInt8]) -> [UInt8]
    ) -> String {
        let message =
            StrictBase64.url.encode(JSONValue.object(header).bytes) + "."
            + StrictBase64.url.encode(JSONValue.object(claims).bytes)
        return message + "." + StrictBase64.url.encode(sign(Array(message.utf8)))
    }
}
