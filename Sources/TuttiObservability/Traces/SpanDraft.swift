/// What is known of a piece of work when it begins.
package struct SpanDraft: Hashable, Sendable {
    package var name: String
    package var kind: Span.Kind
    package var attributes: SpanAttributes
    package var links: [Span.Link]

    package init(
        _ name: String, kind: Span.Kind = .internal, attributes: SpanAttributes = [:], links: [Span.Link] = []
    ) {
        self.name = name
        self.kind = kind
        self.attributes = attributes
        self.links = links
    }
}
