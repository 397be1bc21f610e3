import TuttiAccess
import TuttiCore

/// Makes tokens with any header and any claims, as an attacker would.
struct TokenMaker {
    static let now = Timestamp(milliseconds: 1_800_000_000_000)
    static let issuerName = "https://tutti.example"

    let key: SigningKey

    init(_ pkcs8: String = ForeignKeys.ed25519PKCS8, id: String? = "k1") throws {
        key = try SigningKey(pkcs8: StrictBase64.padded.decode(pkcs8) ?? [], id: id)
    }

    var issuer: TokenIssuer { TokenIssuer(key: key, issuer: Self.issuerName, audience: "tutti") }

    var verifier: TokenVerifier { TokenVerifier(issuers: [issuer.trusted()]) }

    var header: [String: JSONValue] {
        ["alg": .string(key.algorithm.rawValue), "kid": .string(key.id), "typ": "at+jwt"]
    }

    var claims: [String: JSONValue] {
        [
            "iss": .string(Self.issuerName), "aud": "tutti", "sub": "ann", "exp": 1_800_000_900, "iat": 1_800_000_000,
            "jti": "j", "sid": "s",
        ]
    }

    /// A token with some members replaced; `null` takes one out.
    func token(header: [String: JSONValue] = [:], claims: [String: JSONValue] = [:]) -> String {
        func changed(_ members: [String: JSONValue], _ changes: [String: JSONValue]) -> String {
            jsonText(members.merging(changes) { $1 }.filter { $0.value != .null })
        }
        return written(headerText: changed(self.header, header), claimsText: changed(self.claims, claims))
    }

    func written(headerText: String? = nil, claimsText: String? = nil) -> String {
        let parts = [headerText ?? jsonText(header), claimsText ?? jsonText(claims)]
        let message = parts.map { StrictBase64.url.encode($0.utf8) }.joined(separator: ".")
        return message + "." + StrictBase64.url.encode(key.sign(Array(message.utf8)))
    }

    /// Why a token is refused; `nil` when it is believed.
    func refusal(of token: String, at moment: Timestamp = now) -> TokenError.Code? {
        verifier.refusal(of: token, at: moment)
    }
}

extension TokenVerifier {
    func refusal(of token: String, at moment: Timestamp = TokenMaker.now) -> TokenError.Code? {
        do throws(TokenError) {
            _ = try verify(token, at: moment)
            return nil
        } catch {
            return error.code
        }
    }
}

/// An object as text.
func jsonText(_ members: [String: JSONValue]) -> String {
    String(decoding: JSONValue.object(members).bytes, as: UTF8.self)
}

/// HMAC with SHA-256 (RFC 2104), by which an attacker signs with what is no secret.
func authenticationCode(of message: String, secret: String) -> [UInt8] {
    var block = secret.utf8.count > 64 ? Digest.sha256(secret.utf8) : Array(secret.utf8)
    block += [UInt8](repeating: 0, count: 64 - block.count)
    let inner = Digest.sha256(block.map { $0 ^ 0x36 } + Array(message.utf8))
    return Digest.sha256(block.map { $0 ^ 0x5C } + inner)
}
