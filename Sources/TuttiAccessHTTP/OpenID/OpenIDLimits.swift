/// How long and how large what comes from issuers and browsers may be.
package enum OpenIDLimits {
    /// From the sending of a browser to an issuer until it comes back.
    package static let loginTime = Duration.seconds(600)
    /// For one call of an issuer, everything included.
    package static let callTime = Duration.seconds(10)
    /// Bytes of an issuer's answer: its description, its keys, its tokens.
    package static let answerBytesMax = 256 << 10
    /// How long a description or keys are used before they are asked for anew.
    package static let lifetime = Duration.seconds(3600)
    /// How long old ones are used on while the issuer gives no new ones.
    package static let lifetimeWithoutAnswer = Duration.seconds(6 * 3600)
    /// Between two calls for new keys because a token names an unknown one: whoever makes up names must not have us
    /// call the issuer as often as they like.
    package static let unknownKeyPause = Duration.seconds(30)
    /// Between two calls of an issuer that gives no answer.
    package static let failurePause = Duration.seconds(5)
    /// Bytes of `code`, of `state` and of `iss` as they come from a browser.
    package static let parameterBytesMax = 4096
    /// Bytes of a URL.
    package static let addressBytesMax = 2048
    /// Bytes of `sub` (OpenID Connect Core 1.0, section 2: 255 characters of ASCII).
    package static let subjectBytesMax = 255
    /// Bytes of an address for mail (RFC 5321, 4.5.3.1) and of a name; a longer name is cut.
    package static let (emailBytesMax, nameBytesMax) = (254, 256)
    /// Foreign issuers of bearer tokens.
    package static let issuersMax = 32
}
