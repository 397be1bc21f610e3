package import TuttiCore

/// One piece of work in a trace, once it has ended.
package struct TraceSpan: Hashable, Sendable {
    /// On which side of a call the work is; the numbers are those of OTLP.
    package enum Kind: Int, Sendable {
        case `internal` = 1
        case server = 2
        case client = 3
        case producer = 4
        case consumer = 5
    }

    /// How the work went.
    package enum Status: Hashable, Sendable {
        case unset
        case ok
        case error(String)
    }

    /// Something that happened at a moment within the work.
    package struct Event: Hashable, Sendable {
        /// Nanoseconds since 1970.
        package let time: UInt64
        package let name: String
        package let attributes: SpanAttributes

        package init(time: UInt64, name: String, attributes: SpanAttributes = [:]) {
            self.time = time
            self.name = name
            self.attributes = attributes
        }
    }

    /// Other work that has to do with this one, without being above it.
    package struct Link: Hashable, Sendable {
        package let context: TraceContext
        package let attributes: SpanAttributes

        package init(_ context: TraceContext, attributes: SpanAttributes = [:]) {
            self.context = context
            self.attributes = attributes
        }
    }

    /// Trace and span.
    package let context: TraceContext
    /// The span above; none at the top of a trace.
    package let parent: SpanID?
    package var name: String
    package let kind: Kind
    /// Nanoseconds since 1970.
    package let start: UInt64
    /// Nanoseconds since 1970.
    package var end: UInt64
    package var attributes: SpanAttributes
    package private(set) var events: [Event] = []
    package private(set) var eventsDropped = 0
    package private(set) var links: [Link] = []
    package private(set) var linksDropped = 0
    package var status = Status.unset

    package init(
        context: TraceContext, parent: SpanID?, name: String, kind: Kind = .internal, start: UInt64, end: UInt64,
        attributes: SpanAttributes = [:], links: [Link] = []
    ) {
        self.context = context
        self.parent = parent
        self.name = name
        self.kind = kind
        self.start = start
        self.end = end
        self.attributes = attributes
        self.links = Array(links.prefix(SpanLimits.linksMax))
        linksDropped = links.count - self.links.count
    }

    /// Adds an event; one that finds no room is counted.
    package mutating func add(_ event: Event) {
        if events.count < SpanLimits.eventsMax { events.append(event) } else { eventsDropped += 1 }
    }

    /// About how much room it takes, in memory and on the way.
    var bytes: Int {
        let ofEvents = events.reduce(0) { $0 + $1.name.utf8.count + $1.attributes.bytes + 60 }
        let ofLinks = links.reduce(0) { $0 + $1.attributes.bytes + 120 }
        return 300 + name.utf8.count + attributes.bytes + ofEvents + ofLinks
    }
}
