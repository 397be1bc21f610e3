import TuttiCore

/// Where traces go and how many, as the environment says it in OpenTelemetry's names.
package struct OTLPSettings: Hashable, Sendable {
    /// The whole address to which spans are posted.
    package var endpoint: String
    /// Fields of each request, such as the key of a service.
    package var headers: [OTLPHeader] = []
    /// What is told of this process.
    package var resource: SpanAttributes
    package var sampler = Sampler.standard
    package var queue = SpanQueueLimits()
    /// How long one request may take.
    package var requestTimeout: Duration = .seconds(10)
    /// How long one batch may take, with all its attempts.
    package var exportTimeout: Duration = .seconds(30)

    /// Settings with default values.
    package init(endpoint: String, serviceName: String = "tutti") {
        self.endpoint = endpoint
        resource = ["service.name": .string(serviceName)]
    }
}

/// A variable of the environment cannot be used.
package struct OTLPSettingsError: Error, Hashable, CustomStringConvertible {
    /// The variable.
    package let variable: String
    /// The rule that its value breaks, and what it may be. The value itself may be a key, and is not told.
    package let rule: String

    package var description: String { "\(variable) \(rule)" }
}
