package import TuttiCore

/// One POST to a collector.
package struct OTLPRequest: Hashable, Sendable {
    package let url: String
    /// Names and values; the values may be keys.
    package let headers: [OTLPHeader]
    package let body: [UInt8]
    /// How long an answer may take.
    package let timeout: Duration
}

/// A field of a request.
package struct OTLPHeader: Hashable, Sendable {
    package let name: String
    package let value: SecretText

    package init(_ name: String, _ value: String) {
        self.name = name
        self.value = SecretText(value)
    }
}

/// What the collector answers.
package struct OTLPAnswer: Hashable, Sendable {
    package let status: Int
    /// The field `Retry-After` as it came; only a number of seconds is heeded.
    package let retryAfter: String?
    /// The beginning of the body is enough.
    package let body: [UInt8]

    package init(status: Int, retryAfter: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }
}

/// Carries out the POST; throws when there was no answer.
package typealias OTLPTransport = @Sendable (OTLPRequest) async throws -> OTLPAnswer
