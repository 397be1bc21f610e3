/// Broadcasts that are followed: bridges from a place to what comes live, and then lets the loop write.
extension Connection {
    func follow(_ broadcast: Broadcast, behind place: Int64, of number: UInt64) async throws -> FollowEnd {
        guard var cursor = broadcast.index(behind: place) else { return .behind }
        while true {
            try Task.checkCancellation()
            if let error = reasonNotToFollow(number) { throw error }
            switch broadcast.step(from: cursor) {
            case .end(let end): return end
            case .frames(let batch):
                try await write(batch.payload(behind: place), of: number)
                cursor = batch.end
            case .nothing:
                if let end = try await followLive(broadcast, from: cursor, behind: place, of: number) { return end }
            }
        }
    }

    /// Becomes one of those to whom the loop writes; nil when there is something to send before.
    private func followLive(
        _ broadcast: Broadcast, from cursor: Int, behind place: Int64, of number: UInt64
    ) async throws -> FollowEnd? {
        try await wait { waiter in
            if let error = reasonNotToFollow(number) { return waiter.continuation.resume(throwing: error) }
            precondition(exchange?.following == nil, "an answer follows one broadcast at a time")
            guard broadcast.join(loop, at: cursor) else { return waiter.continuation.resume(returning: nil) }
            exchange?.following = Exchange.Following(broadcast: broadcast, waiter: waiter)
            loop.join(self, to: broadcast, from: cursor, behind: place)
        }
    }

    private func reasonNotToFollow(_ number: UInt64) -> (any Error)? {
        guard isCurrent(number), exchange?.framing != nil else { return ClientGone() }
        return loop.context.isEnding ? ServerEnding() : nil
    }

    /// Writes bytes that many followers share.
    func deliver(_ frames: SharedFrames) {
        guard exchange?.following != nil, let framing = exchange?.framing else { return }
        let bytes = framing == .chunked ? frames.chunk : frames.plain
        if case .length = framing {
            exchange?.lengthLeft -= bytes.count
            if let left = exchange?.lengthLeft, left < 0 { return abort() }
        }
        guard !bytes.isEmpty else { return }
        output.append(bytes)
        flush()
        guard !machine.isClosed, output.count > limits.followerUnsentMax else { return }
        loop.counters.cutOff()
        abort()
    }

    /// Ends the following, if there is one.
    func endFollowing(_ result: Result<FollowEnd, any Error>) {
        guard let following = exchange?.following else { return }
        exchange?.following = nil
        loop.leave(self, following.broadcast)
        following.waiter.continuation.resume(with: result.map { $0 })
    }
}
