import TuttiCore
package import TuttiEgress

/// A decision of the proxy as those hear of it who look on.
package struct EgressNews: Encodable, Sendable {
    private let event: EgressEvent

    package init(_ event: EgressEvent) { self.event = event }

    /// The type of the event.
    package var type: String { event.kind == .decided ? "egress.decided" : "egress.ended" }

    private enum CodingKeys: String, CodingKey {
        case host, port, method, allowed, reason, rule, address
        case bytesUp = "bytes_up"
        case bytesDown = "bytes_down"
        case duration = "duration_ms"
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(event.host, forKey: .host)
        try container.encodeIfPresent(event.port, forKey: .port)
        try container.encodeIfPresent(event.method, forKey: .method)
        try container.encode(event.isAllowed, forKey: .allowed)
        try container.encode(event.reason, forKey: .reason)
        try container.encodeIfPresent(event.rule, forKey: .rule)
        try container.encodeIfPresent(event.address, forKey: .address)
        guard event.kind == .ended else { return }
        try container.encode(event.bytesUp, forKey: .bytesUp)
        try container.encode(event.bytesDown, forKey: .bytesDown)
        try container.encode(event.duration.milliseconds, forKey: .duration)
    }
}
