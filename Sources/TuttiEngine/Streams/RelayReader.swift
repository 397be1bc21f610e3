import TuttiCore
import TuttiRuntime

/// Where the items of a relay come from: the journal.
protocol RelaySource: Sendable {
    associatedtype Item: StreamItem

    /// Whether nothing more will come.
    ///
    /// - Throws: when there is no such stream.
    func isOver() async throws -> Bool

    /// Where the stream ends at the moment.
    func newest() async throws -> Int64

    /// What comes behind a place.
    func page(behind place: Int64) async throws -> StreamPage<Item>
}

/// A part of a stream.
struct StreamPage<Item: StreamItem>: Sendable {
    var items: [Item]
    /// Up to here everything has been looked at.
    var through: Int64
    /// Whether there may be more at once.
    var isFull: Bool
}

/// Reads a stream of which nothing may be missed: from the relay what is new, from its source what is older.
struct RelayReader<Source: RelaySource>: Sendable {
    let relay: Relay<Source.Item>
    let source: Source
    let clock: any Timekeeper
    let poll: Duration

    /// The next items behind a place, which moves on to the last of them; none when there will be no more.
    func items(behind place: inout Int64) async throws -> ArraySlice<Source.Item> {
        while true {
            switch try await relay.turn(behind: place) {
            case .items(let items):
                place = items.last?.place ?? place
                return items
            case .behind:
                let page = try await source.page(behind: place)
                guard page.through > place else { return [] }  // what was there has been deleted
                place = page.through
                if !page.items.isEmpty { return page.items[...] }
            case .lead: if try await lead() { return [] }
            case .over: return []
            }
        }
    }

    /// Looks for news in the name of all readers; tells whether there will be none.
    private func lead() async throws -> Bool {
        do {
            guard var last = relay.last else {
                _ = try await source.isOver()
                relay.start(behind: try await source.newest())
                return false
            }
            while true {
                try await relay.untilLookIsDue(atMost: poll, on: clock)
                // Looked at before the items, so that none can come after them unseen.
                let isOver = try await source.isOver()
                let page = try await source.page(behind: last)
                if !page.items.isEmpty {
                    relay.publish(page.items, through: page.through, lookDue: page.isFull || isOver)
                    return false
                }
                if isOver {
                    relay.finish()
                    return true
                }
                relay.advance(through: page.through, lookDue: page.isFull)
                last = page.through
            }
        } catch {
            if error is CancellationError || Task.isCancelled { relay.pass() } else { relay.fail(error) }
            throw error
        }
    }
}
