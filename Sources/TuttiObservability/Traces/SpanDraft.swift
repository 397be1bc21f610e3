/// What is known of a piece of work when it begins.
package struct SpanDraft: Hashable, Sendable {
    package var name: String
    package var kind: TraceSpan.Kind
    package var attributes: SpanAttributes
    package var links: [TraceSpan.Link]

    package init(
        _ name: String, kind: TraceSpan.Kind = .internal, attributes: SpanAttributes = [:], links: [TraceSpan.Link] = []
    ) {
        self.name = name
        self.kind = kind
        self.attributes = attributes
        self.links = links
    }
}
