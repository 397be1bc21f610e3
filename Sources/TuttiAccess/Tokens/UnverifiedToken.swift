import TuttiCore

/// A token in its parts, before anybody has looked whether it is genuine (RFC 7515, section 7.1; RFC 7519).
///
/// It is for who has to fetch an issuer's keys first: nothing in here is to be believed. Headers that would say where
/// a key is to be found (`jku`, `x5u`, `jwk`, `x5c`) are not read at all.
package struct UnverifiedToken: Sendable {
    /// Bytes of a whole token; it has to fit the header of a request.
    package static let bytesMax = 8 * 1024

    /// What the header names as algorithm, which decides nothing.
    package let algorithm: TokenAlgorithm
    /// `kid`: a text that is compared and used for nothing else.
    package let keyID: String?
    /// `typ` in small letters, without `application/` (RFC 7515, section 4.1.9).
    package let type: String?
    /// `iss`, when it is a text.
    package var issuer: String? { claims["iss"]?.stringValue }

    let claims: [String: JSONValue]
    let signature: [UInt8]
    /// The bytes that the signature is of.
    let message: [UInt8]

    /// Takes a token apart.
    ///
    /// - Throws: `tooLong`, `malformed`, `duplicateMember`, `criticalHeader` and `algorithmNotAllowed`.
    package init(_ token: String) throws(TokenError) {
        let bytes = Array(token.utf8)
        guard bytes.count <= Self.bytesMax else { throw TokenError(.tooLong) }
        let parts = bytes.split(separator: UInt8(ascii: "."), maxSplits: 3, omittingEmptySubsequences: false)
        guard parts.count == 3, let headerBytes = StrictBase64.url.decode(parts[0]) else {
            throw TokenError(.malformed)
        }
        let header = try TokenJSON.object(headerBytes)
        guard header["crit"] == nil else { throw TokenError(.criticalHeader) }
        guard let name = header["alg"]?.stringValue, let algorithm = TokenAlgorithm(rawValue: name) else {
            throw TokenError(.algorithmNotAllowed)
        }
        guard let claimBytes = StrictBase64.url.decode(parts[1]), let signature = StrictBase64.url.decode(parts[2])
        else { throw TokenError(.malformed) }
        self.algorithm = algorithm
        keyID = try Self.text("kid", of: header)
        type = try Self.text("typ", of: header).map(Self.plainType)
        claims = try TokenJSON.object(claimBytes)
        self.signature = signature
        message = Array(bytes[..<parts[1].endIndex])
    }

    private static func text(_ name: String, of header: [String: JSONValue]) throws(TokenError) -> String? {
        guard let value = header[name] else { return nil }
        guard let text = value.stringValue else { throw TokenError(.malformed) }
        return text
    }

    static func plainType(_ type: String) -> String {
        let small = type.lowercased()
        return small.hasPrefix("application/") ? String(small.dropFirst("application/".count)) : small
    }
}
