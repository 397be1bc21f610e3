import TuttiCore

/// Writes spans as OTLP over HTTP has them in JSON: ids in hexadecimal digits, enumerations and statuses as numbers,
/// 64-bit integers as texts.
package struct OTLPTraceEncoder: Sendable {
    private let resource: SpanAttributes
    private let version: String
    private let redactions: Redactions

    /// - Parameters:
    ///   - resource: what is told of this process, `service.name` first.
    ///   - version: that of this program.
    ///   - redactions: secrets that are not to be found in any text.
    package init(resource: SpanAttributes, version: String, redactions: Redactions = Redactions()) {
        self.resource = resource
        self.version = version
        self.redactions = redactions
    }

    /// The body of one request.
    package func encode(_ spans: [TraceSpan]) -> [UInt8] {
        var json = JSONText()
        json.open("{")
        json.name("resourceSpans")
        json.open("[")
        json.open("{")
        json.name("resource")
        json.open("{")
        append(resource, to: &json)
        json.close("}")
        json.name("scopeSpans")
        json.open("[")
        json.open("{")
        json.name("scope")
        json.open("{")
        member("name", "tutti", to: &json)
        member("version", version, to: &json)
        json.close("}")
        json.name("spans")
        json.open("[")
        for span in spans { append(span, to: &json) }
        for closing in "]}]}]}".unicodeScalars { json.close(closing) }
        return json.bytes
    }

    private func append(_ span: TraceSpan, to json: inout JSONText) {
        json.open("{")
        member("traceId", span.context.trace.description, to: &json)
        member("spanId", span.context.span.description, to: &json)
        if !span.context.state.isEmpty { member("traceState", span.context.state, to: &json) }
        member("parentSpanId", span.parent?.description ?? "", to: &json)
        json.name("flags")
        json.int(span.context.isSampled ? 1 : 0)
        member("name", span.name, to: &json)
        json.name("kind")
        json.int(Int64(span.kind.rawValue))
        member("startTimeUnixNano", String(span.start), to: &json)
        member("endTimeUnixNano", String(span.end), to: &json)
        append(span.attributes, to: &json)
        json.name("events")
        json.open("[")
        for event in span.events { append(event, to: &json) }
        json.close("]")
        count("droppedEventsCount", span.eventsDropped, to: &json)
        json.name("links")
        json.open("[")
        for link in span.links { append(link, to: &json) }
        json.close("]")
        count("droppedLinksCount", span.linksDropped, to: &json)
        append(span.status, to: &json)
        json.close("}")
    }

    private func append(_ event: TraceSpan.Event, to json: inout JSONText) {
        json.open("{")
        member("timeUnixNano", String(event.time), to: &json)
        member("name", event.name, to: &json)
        append(event.attributes, to: &json)
        json.close("}")
    }

    private func append(_ link: TraceSpan.Link, to json: inout JSONText) {
        json.open("{")
        member("traceId", link.context.trace.description, to: &json)
        member("spanId", link.context.span.description, to: &json)
        append(link.attributes, to: &json)
        json.close("}")
    }

    private func append(_ status: TraceSpan.Status, to json: inout JSONText) {
        json.name("status")
        json.open("{")
        switch status {
        case .unset: break
        case .ok:
            json.name("code")
            json.int(1)
        case .error(let message):
            json.name("code")
            json.int(2)
            if !message.isEmpty { member("message", message, to: &json) }
        }
        json.close("}")
    }

    private func append(_ attributes: SpanAttributes, to json: inout JSONText) {
        json.name("attributes")
        json.open("[")
        for pair in attributes.pairs {
            json.open("{")
            member("key", pair.key, to: &json)
            json.name("value")
            append(pair.value, to: &json)
            json.close("}")
        }
        json.close("]")
        count("droppedAttributesCount", attributes.dropped, to: &json)
    }

    private func append(_ value: SpanValue, to json: inout JSONText) {
        json.open("{")
        switch value {
        case .string(let text): member("stringValue", text, to: &json)
        case .int(let number): member("intValue", String(number), to: &json)
        case .bool(let flag):
            json.name("boolValue")
            json.bool(flag)
        case .double(let number):
            json.name("doubleValue")
            json.double(number)
        case .strings(let texts):
            json.name("arrayValue")
            json.open("{")
            json.name("values")
            json.open("[")
            for text in texts { append(.string(text), to: &json) }
            json.close("]")
            json.close("}")
        }
        json.close("}")
    }

    private func member(_ name: String, _ text: String, to json: inout JSONText) {
        json.name(name)
        json.string(redactions.clean(text))
    }

    private func count(_ name: String, _ count: Int, to json: inout JSONText) {
        guard count > 0 else { return }
        json.name(name)
        json.int(Int64(count))
    }
}
