import TuttiCore
public import TuttiStore

/// The events of one run, from any number on, in order and without a gap or a repeat. However many readers there are
/// in a process, it looks at the journal once for all of them; one that is slow reads what it has missed there.
public struct RunEvents: AsyncSequence, Sendable {
    /// One thing that happened.
    public typealias Element = RunEvent

    let run: RunID
    let engine: Engine
    var after: Int64 = 0

    /// The same sequence from behind the event with this number.
    public func after(_ n: Int64) -> RunEvents { RunEvents(run: run, engine: engine, after: n) }

    /// Begins to read.
    public func makeAsyncIterator() -> Iterator {
        let hold = engine.services.streams.events.hold(run)
        return Iterator(
            hold: hold, reader: engine.reader(hold.value.relay, RunEventSource(run: run, engine: engine)), last: after)
    }

    /// Waits for more until the run has its end.
    public struct Iterator: AsyncIteratorProtocol {
        private let hold: Roster<RunID, Watched<RunEvent>>.Hold
        private let reader: RelayReader<RunEventSource>
        private var last: Int64
        private var page: ArraySlice<RunEvent> = []

        init(
            hold: Roster<RunID, Watched<RunEvent>>.Hold, reader: RelayReader<RunEventSource>, last: Int64
        ) {
            self.hold = hold
            self.reader = reader
            self.last = last
        }

        /// The next event, or `nil` behind the last one of a run that has its end or was left without one.
        ///
        /// - Throws: ``RunError`` `.notFound`; `StoreError`; `CancellationError`.
        public mutating func next() async throws -> RunEvent? {
            if page.isEmpty { page = try await reader.items(behind: &last) }
            return page.popFirst()
        }
    }
}

extension RunEvent: StreamItem {
    var place: Int64 { n }
    var size: Int { data.count + Self.overhead }

    /// Its other members, about.
    private static let overhead = 200
}

/// The journal as the source of one run's events.
struct RunEventSource: RelaySource {
    let run: RunID
    let engine: Engine

    func isOver() async throws -> Bool { try await engine.isOver(run) }

    func newest() async throws -> Int64 {
        try await engine.services.reads { store throws(StoreError) in try await store.lastEvent(of: run) }
    }

    func page(behind place: Int64) async throws -> StreamPage<RunEvent> {
        let events = try await engine.services.reads { store throws(StoreError) in
            try await store.events(of: run, after: place, limit: StreamLimits.pageSize)
        }
        return StreamPage(
            items: events, through: events.last?.n ?? place, isFull: events.count == StreamLimits.pageSize)
    }
}
