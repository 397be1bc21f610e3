import TuttiCore
public import TuttiStore

/// The events of all runs of an engine's tenant, of this process and of others, in the order in which they were
/// committed: none is left out, none comes twice.
public struct Feed: AsyncSequence, Sendable {
    /// An event and where to go on behind it.
    public typealias Element = FeedEvent

    let engine: Engine
    let after: FeedCursor?

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        let hold = engine.services.streams.feed.hold(engine.options.tenant)
        return Iterator(
            engine: engine, hold: hold, reader: engine.reader(hold.value.relay, FeedSource(engine: engine)),
            last: after ?? FeedCursor(position: 0))
    }

    /// Waits for more until the engine is shut down.
    public struct Iterator: AsyncIteratorProtocol {
        private let engine: Engine
        private let hold: Roster<String, Watched<FeedEvent>>.Hold
        private let reader: RelayReader<FeedSource>
        private var last: Int64
        private var isChecked: Bool
        private var page: ArraySlice<FeedEvent> = []

        init(
            engine: Engine, hold: Roster<String, Watched<FeedEvent>>.Hold, reader: RelayReader<FeedSource>,
            last: FeedCursor
        ) {
            self.engine = engine
            self.hold = hold
            self.reader = reader
            self.last = last.position
            isChecked = last.position == 0
        }

        /// The next event, or `nil` when the engine has been shut down. Whoever goes on later begins behind the last
        /// cursor that was given.
        ///
        /// - Throws: ``RunError`` `.cursorUnknown` when the cursor to begin behind is not of this store; `StoreError`;
        ///   `CancellationError`.
        public mutating func next() async throws -> FeedEvent? {
            if let event = page.popFirst() { return event }
            do {
                if !isChecked { try await check() }
                page = try await reader.items(behind: &last)
            } catch let error as StoreError where error.code == .closed && engine.services.hub.isClosed {
                return nil
            }
            return page.popFirst()
        }

        /// A cursor of another store would silently leave out what comes before it.
        private mutating func check() async throws {
            let newest = try await engine.newestCursor
            guard last <= newest.position else { throw RunError.cursorUnknown(FeedCursor(position: last)) }
            isChecked = true
        }
    }
}

extension Engine {
    /// The events of all runs: what has happened behind a cursor, and then what happens, until the engine is shut down.
    ///
    /// ```swift
    /// for try await item in engine.feed(after: kept.flatMap(FeedCursor.init)) {
    ///     try await deliver(item.event)
    ///     try keep(item.cursor.description)
    /// }
    /// ```
    ///
    /// - Parameter cursor: where to begin; `nil` for the beginning, ``newestCursor`` for now.
    public func feed(after cursor: FeedCursor? = nil) -> Feed { Feed(engine: self, after: cursor) }

    /// The place behind the newest event of all runs: a feed from there tells of what happens from now on.
    ///
    /// - Throws: `StoreError`.
    public var newestCursor: FeedCursor {
        get async throws(StoreError) {
            try await services.reads { store throws(StoreError) in try await store.newestCursor() }
        }
    }

    func reader<Source: RelaySource>(_ relay: Relay<Source.Item>, _ source: Source) -> RelayReader<Source> {
        RelayReader(relay: relay, source: source, clock: services.clock, poll: options.poll)
    }
}

extension FeedEvent: StreamItem {
    var place: Int64 { cursor.position }
    var size: Int { event.size }
}

/// The journal as the source of the feed.
struct FeedSource: RelaySource {
    let engine: Engine

    func isOver() async throws -> Bool { engine.services.hub.isClosed }

    func newest() async throws -> Int64 { try await engine.newestCursor.position }

    func page(behind place: Int64) async throws -> StreamPage<FeedEvent> {
        let tenant = engine.options.tenant
        let page = try await engine.services.reads { store throws(StoreError) in
            try await store.feed(
                after: FeedCursor(position: place), tenant: tenant, limit: StreamLimits.pageSize)
        }
        return StreamPage(items: page.events, through: page.through.position, isFull: page.isFull)
    }
}

extension RunError {
    static func cursorUnknown(_ cursor: FeedCursor) -> RunError {
        RunError(
            .cursorUnknown,
            "the cursor \(cursor) lies behind everything that has happened here: it is of another home, or this one "
                + "was restored from an older copy; begin without a cursor")
    }
}
