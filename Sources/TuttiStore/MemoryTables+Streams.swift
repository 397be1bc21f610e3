import TuttiCore

extension MemoryTables {
    /// Which event of which run stands at a place of the feed.
    struct EventPlace: Hashable {
        let run: RunID
        let n: Int64
    }

    /// A part of a stream with its place among those of all runs.
    struct KeptChunk: Hashable {
        let place: Int64
        let chunk: StreamChunk
    }

    func feed(after cursor: FeedCursor, tenant: String, limit: Int) -> FeedPage {
        let first = Int(min(max(0, cursor.position), Int64(feed.count)))
        let places = feed[first...].prefix(limit)
        let events = places.indices.compactMap { index -> FeedEvent? in
            let place = feed[index]
            guard let run = runs[place.run], run.tenant == tenant,
                let event = run.events.first(where: { $0.n == place.n })  // it may have been pruned
            else { return nil }
            return FeedEvent(
                cursor: FeedCursor(position: Int64(index + 1)), event: event, account: run.account)
        }
        let through = max(cursor.position, Int64(places.endIndex))
        return FeedPage(
            events: events, through: FeedCursor(position: through), isFull: places.count == limit)
    }

    func chunks(of run: RunID, after place: Int64, limit: Int) -> ChunkPage {
        let kept = runs[run]?.chunks ?? []
        let found = kept.filter { $0.place > place }.prefix(limit)
        return ChunkPage(
            chunks: found.map(\.chunk), through: found.last?.place ?? place, isFull: found.count == limit,
            keys: Set(kept.map(\.chunk.key)))
    }

    mutating func keep(_ command: ChunkCommand) -> JournalOutcome {
        let run = command.owner.run
        guard isOwner(command.owner) else { return .leaseLost }
        for chunk in command.chunks where runs[run]?.steps[chunk.key]?.ended == nil {
            runs[run]?.chunks.removeAll { $0.chunk.key == chunk.key && $0.chunk.stamp < chunk.stamp }
            let isKnown = runs[run]?.chunks.contains { kept in
                kept.chunk.key == chunk.key && kept.chunk.stamp == chunk.stamp && kept.chunk.offset == chunk.offset
            }
            if isKnown == true { continue }
            chunksWritten += 1
            runs[run]?.chunks.append(KeptChunk(place: chunksWritten, chunk: chunk))
        }
        return .done
    }

    mutating func dropChunks(of key: String, in run: RunID) {
        runs[run]?.chunks.removeAll { $0.chunk.key == key }
    }
}
