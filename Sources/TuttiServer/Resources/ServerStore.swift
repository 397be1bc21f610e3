package import TuttiCore
package import TuttiRouting

/// What the server keeps beside the journal: projects, events of topics, chosen orders of routes, and the answers to
/// requests that may be sent again. Everything belongs to a tenant, and nothing of one is shown to another.
///
/// The seam to a database, cut by what the server needs done.
package protocol ServerStore: Sendable {
    // MARK: Projects

    /// Keeps a new project.
    ///
    /// - Throws: ``ServerStoreError`` `full` when the tenant has as many as it may have.
    func add(_ project: Project, tenant: String) async throws

    /// The project of a name; `nil` when there is none.
    func project(_ id: ProjectID, tenant: String) async throws -> Project?

    /// Projects that an account covers, the newest first, behind one of them; at most `limit`.
    func projects(
        behind id: ProjectID?, status: String?, of account: RunAccount, tenant: String, limit: Int
    ) async throws -> [Project]

    /// What projects may spend that have limits of their own, by their names.
    func projectLimits(tenant: String) async throws -> [String: SpendingLimits]

    /// Puts a project in the place of an older version of it.
    ///
    /// - Parameter told: called when it is kept, for one change of a project after the other.
    /// - Returns: whether the stored one had `version`; else nothing has changed.
    func replace(_ project: Project, version: Int, tenant: String, told: @Sendable () -> Void) async throws -> Bool

    /// Removes a project; tells whether it was there.
    ///
    /// - Parameter told: called when it is gone, as above.
    func remove(_ id: ProjectID, tenant: String, told: @Sendable () -> Void) async throws -> Bool

    // MARK: Topics

    /// Keeps an event at the end of its topic.
    ///
    /// - Parameter told: called with its number when it is kept, for one event of the topic after the other.
    /// - Returns: its number, counted from 1 in the topic, never given twice.
    /// - Throws: ``ServerStoreError`` `full` when there are as many topics as there may be.
    func append(
        _ draft: TopicDraft, to topic: String, tenant: String, told: @Sendable (Int64) -> Void
    ) async throws -> Int64

    /// Events of a topic that have not expired, behind a number, in order; at most `limit`.
    func events(of topic: String, after n: Int64, tenant: String, at now: Timestamp, limit: Int) async throws
        -> [TopicEvent]

    /// The number of the newest event of a topic; 0 before there is one.
    func lastEvent(of topic: String, tenant: String) async throws -> Int64

    /// Topics with what they hold, in the order of their names.
    func topics(tenant: String, at now: Timestamp, limit: Int) async throws -> [TopicSummary]

    // MARK: Routes

    /// The orders of routes that were chosen in place of the file's, by the names of the routes.
    func routeOrders(tenant: String) async throws -> [RouteOrder]

    /// Keeps an order in place of the one before.
    ///
    /// - Parameter told: called with all orders when it is kept, for one change after the other.
    /// - Throws: ``ServerStoreError`` `full` when there are as many as there may be.
    func keep(_ order: RouteOrder, tenant: String, told: @Sendable ([RouteOrder]) -> Void) async throws

    /// Removes the order of a route; tells whether there was one.
    ///
    /// - Parameter told: as above.
    func removeOrder(of route: String, tenant: String, told: @Sendable ([RouteOrder]) -> Void) async throws -> Bool

    // MARK: Requests

    /// The answer that is kept under a key; `nil` when there is none.
    func answer(to key: RequestKey, at now: Timestamp) async throws -> KeptAnswer?

    /// Keeps an answer until it expires; the first one stays.
    func keep(_ answer: KeptAnswer, to key: RequestKey) async throws

    /// Removes what has expired, a bounded number at a time; tells how much.
    func clearExpired(at now: Timestamp) async throws -> Int
}

/// The name of a project.
package struct ProjectID: Identifier {
    package static let prefix = "prj"
    package let text: String
    package init(trusted text: String) { self.text = text }
}

/// Something that people work on, to which runs belong.
package struct Project: Sendable, Hashable {
    package var id: ProjectID
    package var name: String
    package var description: String
    package var status: String
    package var createdBy: String
    /// The account that it belongs to; `nil` for that of the machine's user.
    package var owner: String?
    /// What its calls of models may spend, those of its runs and those with its keys together; `nil` for no limits of
    /// its own.
    package var limits: SpendingLimits?
    package var created: Timestamp
    package var updated: Timestamp
    /// Counted from 1; grows with each change.
    package var version: Int

    package init(
        id: ProjectID, name: String, description: String, status: String, createdBy: String, owner: String? = nil,
        limits: SpendingLimits? = nil, created: Timestamp, updated: Timestamp, version: Int
    ) {
        self.id = id
        self.name = name
        self.description = description
        self.status = status
        self.createdBy = createdBy
        self.owner = owner
        self.limits = limits
        self.created = created
        self.updated = updated
        self.version = version
    }
}

/// An event as somebody publishes it.
package struct TopicDraft: Sendable, Hashable {
    package var type: String
    package var source: String
    package var data: JSONValue
    package var time: Timestamp
    package var expires: Timestamp

    package init(type: String, source: String, data: JSONValue, time: Timestamp, expires: Timestamp) {
        self.type = type
        self.source = source
        self.data = data
        self.time = time
        self.expires = expires
    }
}

/// An event of a topic.
package struct TopicEvent: Sendable, Hashable {
    package var n: Int64
    package var draft: TopicDraft

    package init(n: Int64, draft: TopicDraft) {
        self.n = n
        self.draft = draft
    }
}

/// What a topic holds.
package struct TopicSummary: Sendable, Hashable {
    package var name: String
    package var events: Int
    package var last: Int64

    package init(name: String, events: Int, last: Int64) {
        self.name = name
        self.events = events
        self.last = last
    }
}

/// What names a request that may be sent again.
package struct RequestKey: Sendable, Hashable {
    package var tenant: String
    /// Method and path.
    package var target: String
    /// As the caller chose it.
    package var key: String

    package init(tenant: String, target: String, key: String) {
        self.tenant = tenant
        self.target = target
        self.key = key
    }
}

/// An answer that is given again.
package struct KeptAnswer: Sendable, Hashable {
    /// SHA-256 of the body that it was given to.
    package var bodyHash: String
    package var status: Int
    package var fields: [Field]
    package var body: [UInt8]
    package var expires: Timestamp

    package struct Field: Codable, Sendable, Hashable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }

    package init(bodyHash: String, status: Int, fields: [Field], body: [UInt8], expires: Timestamp) {
        self.bodyHash = bodyHash
        self.status = status
        self.fields = fields
        self.body = body
        self.expires = expires
    }
}

/// What a store of the server could not do.
package struct ServerStoreError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Kind: String, Sendable, Hashable {
        /// A limit of a tenant is reached.
        case full
        /// The database cannot be used.
        case unusable
    }

    package var kind: Kind
    package var message: String

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}

/// The bounds of what one tenant keeps.
package enum ServerStoreLimits {
    package static let projectsMax = 10_000
    package static let topicsMax = 1_000
    /// Events that a topic holds; the oldest go when more come.
    package static let topicEventsMax = 10_000
    package static let topicEventSizeMax = 64 << 10
    /// Chosen orders, those of routes included that the file does not have any more.
    package static let routeOrdersMax = 2 * RouteLimits.routesMax
    /// Bytes of an answer that is kept to be given again.
    package static let answerSizeMax = 64 << 10
    /// Answers that are kept; the oldest go when more come.
    package static let answersMax = 10_000
    /// How long answers are kept.
    package static let answersFor: Duration = .seconds(24 * 3600)
    /// Rows that are removed at a time.
    package static let clearedMax = 1_000
}
