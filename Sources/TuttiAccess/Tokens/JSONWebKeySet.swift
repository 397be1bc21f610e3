package import TuttiCore

/// The public keys of an issuer, as `/.well-known/jwks.json` says them (RFC 7517, section 5).
package struct JSONWebKeySet: Sendable {
    package let keys: [VerificationKey]
    /// Why the other members of the set are not among ``keys``: kinds and uses that are not known here, and broken
    /// keys. One of them must not lock out the users of all the others.
    package let skipped: [TokenKeyError]

    /// Keys of one issuer; those that rotate in and out of use are a handful.
    package static let keysMax = 64

    /// The set of some keys; secrets are left out.
    package init(_ keys: [VerificationKey]) {
        self.keys = keys.filter { $0.jwk != nil }
        skipped = []
    }

    /// Reads a set.
    ///
    /// - Throws: `malformed` when it is none, `tooMany` for more than ``keysMax`` keys.
    package init(_ json: JSONValue) throws(TokenKeyError) {
        guard case .array(let members)? = json["keys"] else {
            throw TokenKeyError(.malformed, "a key set is a JSON object with a list named keys")
        }
        guard members.count <= Self.keysMax else {
            throw TokenKeyError(.tooMany, "the set has \(members.count) keys; at most \(Self.keysMax) are taken")
        }
        var (keys, skipped): ([VerificationKey], [TokenKeyError]) = ([], [])
        for member in members {
            do throws(TokenKeyError) { keys.append(try VerificationKey(jwk: member)) } catch { skipped.append(error) }
        }
        self.keys = keys
        self.skipped = skipped
    }

    /// The set for others.
    package var json: JSONValue { ["keys": .array(keys.compactMap(\.jwk))] }
}
