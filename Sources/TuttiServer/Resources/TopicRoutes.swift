import TuttiCore
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// Topics, through which agents tell each other what has happened.
struct TopicRoutes: Sendable {
    let store: any ServerStore
    let hub: TopicHub
    let tenant: String
    let clock: any Timekeeper

    var all: [Route] { [publish, read, list] }

    struct TopicEventView: Codable, Sendable {
        var specversion = "1.0"
        /// `topic/n`, for ever the same.
        var id: String
        var n: Int64
        var type: String
        var source: String
        var subject: String
        var time: WireTime
        var expires: WireTime
        var data: JSONValue

        init(_ event: TopicEvent, of topic: String) {
            id = "\(topic)/\(event.n)"
            n = event.n
            type = event.draft.type
            source = event.draft.source
            subject = topic
            time = event.draft.time.wire
            expires = event.draft.expires.wire
            data = event.draft.data
        }
    }

    struct TopicEventsView: Codable, Sendable {
        var events: [TopicEventView]
        /// The number behind which the next page begins.
        var last: Int64
    }

    private static let topic = Parameter<String>.path(
        "topic", "The name: 1 to 100 lower-case letters, digits, dots, hyphens and underscores.",
        schema: .string().telling(["pattern": "^[a-z0-9._-]{1,100}$"])
    ) { name in
        let isName = name.utf8.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x5F].contains(byte)
        }
        guard isName, (1...100).contains(name.utf8.count) else {
            throw Problem.badParameter(
                "topic", "format",
                "the name of a topic has 1 to 100 lower-case letters, digits, dots, hyphens and underscores")
        }
        return name
    }

    // MARK: Publishing

    struct PublishBody: Codable, Sendable, WireConstraints {
        static let constraints = [
            "type": WireRule.length(1...200), "ttl_seconds": WireRule.range(TopicRoutes.timesToLive),
        ]

        /// Dotted, such as `build.finished`.
        var type: String
        var data: JSONValue?
        /// Who tells; who is logged in when left out.
        var source: String?
        /// Seconds until it is forgotten; a week when left out.
        var ttlSeconds: Int?

        private enum CodingKeys: String, CodingKey {
            case type, data, source
            case ttlSeconds = "ttl_seconds"
        }
    }

    private static let timesToLive = 1...(30 * 86_400)
    private static let timeToLiveUsual = 7 * 86_400

    private var publish: Route {
        Route(
            .post, "/api/v1/topics/{topic}/events", "publishEvent", .topics, "Publishes an event to a topic.",
            details: "A topic is there as soon as something is published to it, and holds the newest 10,000 events.",
            parameters: [Self.topic.description], body: .json(PublishBody.self),
            bodySizeMax: ServerStoreLimits.topicEventSizeMax + 4096,
            answers: [
                .json(201, TopicEventView.self, "The event."),
                .problem(409, "There are as many topics as there may be."),
                .problem(422, "The body does not fit; every part is named."),
            ]
        ) { request in
            let topic = try request[Self.topic]
            let draft = try Self.draft(try await request.body(PublishBody.self), by: Caller.name, at: clock.now())
            let hub = self.hub
            let n = try await store.append(draft, to: topic, tenant: tenant) { n in
                let view = TopicEventView(TopicEvent(n: n, draft: draft), of: topic)
                guard let frame = try? EventStream.frame(id: String(n), view) else { return }
                hub.publish(frame, to: topic, n: n)
            }
            return try request.answer(TopicEventView(TopicEvent(n: n, draft: draft), of: topic), status: 201)
        }
    }

    private static func draft(_ body: PublishBody, by person: String, at now: Timestamp) throws -> TopicDraft {
        guard (1...200).contains(body.type.unicodeScalars.count) else {
            throw Problem.badField("/type", "length", "the type of an event has 1 to 200 characters")
        }
        let ttl = body.ttlSeconds ?? timeToLiveUsual
        guard timesToLive.contains(ttl) else {
            throw Problem.badField(
                "/ttl_seconds", "range",
                "an event is kept for \(timesToLive.lowerBound) to \(timesToLive.upperBound) "
                    + "seconds")
        }
        let data = body.data ?? .null
        guard data.bytes.count <= ServerStoreLimits.topicEventSizeMax else {
            throw Problem.badField(
                "/data", "size", "the data of an event has at most \(ServerStoreLimits.topicEventSizeMax) bytes")
        }
        let source = CleanText.line(body.source ?? person, bytesMax: 200)
        return TopicDraft(
            type: body.type, source: source, data: data, time: now, expires: now + .seconds(ttl))
    }

    // MARK: Reading

    private var read: Route {
        Route(
            .get, "/api/v1/topics/{topic}/events", "listTopicEvents", .topics,
            "Tells what was published to a topic, and as a stream what is.",
            details: "With `Accept: text/event-stream` the `id` of each event is its number in the topic.",
            parameters: [
                Self.topic.description, RunParameters.after.description, RunParameters.eventsLimit.description,
            ],
            answers: [
                .json(200, TopicEventsView.self, "A page of events."),
                .content(200, EventStream.mediaType, "A stream of events, when the request accepts one."),
            ]
        ) { request in
            let topic = try request[Self.topic]
            let after = Int64(try request[RunParameters.after])
            guard request.wantsEventStream else {
                let events = try await store.events(
                    of: topic, after: after, tenant: tenant, at: clock.now(),
                    limit: try request[RunParameters.eventsLimit])
                return try request.answer(
                    TopicEventsView(
                        events: events.map { TopicEventView($0, of: topic) }, last: events.last?.n ?? after))
            }
            return stream(topic, behind: try request.lastEventNumber ?? after)
        }
    }

    private func stream(_ topic: String, behind start: Int64) -> ServerResponse {
        EventStream.answer { writer in
            let newest = try await store.lastEvent(of: topic, tenant: tenant)
            try await hub.withTopic(topic, behind: newest) { broadcast in
                _ = try await writer.follow(broadcast, behind: start) { place in
                    try await catchUp(topic, behind: place, writer)
                }
                try await writer.write(EventStream.bye(EventStream.restarting))
            }
        }
    }

    private func catchUp(_ topic: String, behind n: Int64, _ writer: ResponseWriter) async throws -> Int64 {
        var last = n
        while true {
            // Asked before the page: what is published in between is behind it, and not passed over.
            let newest = try await store.lastEvent(of: topic, tenant: tenant)
            let events = try await store.events(
                of: topic, after: last, tenant: tenant, at: clock.now(), limit: Self.pageSize)
            for event in events {
                try await writer.write(
                    try EventStream.frame(id: String(event.n), TopicEventView(event, of: topic)))
            }
            // What has expired leaves gaps in the numbers, and is made up for by nothing.
            last = max(last, events.last?.n ?? 0)
            if events.count < Self.pageSize { return max(last, newest) }
        }
    }

    private static let pageSize = 256

    // MARK: All topics

    struct TopicsView: Codable, Sendable {
        struct Topic: Codable, Sendable {
            var name: String
            var events: Int
            var last: Int64
        }

        var topics: [Topic]
    }

    private var list: Route {
        Route(
            .get, "/api/v1/topics", "listTopics", .topics, "Lists the topics, with how many events each holds.",
            answers: [.json(200, TopicsView.self, "The topics.")]
        ) { request in
            let found = try await store.topics(
                tenant: tenant, at: clock.now(), limit: ServerStoreLimits.topicsMax)
            return try request.answer(
                TopicsView(topics: found.map { .init(name: $0.name, events: $0.events, last: $0.last) }))
        }
    }
}
