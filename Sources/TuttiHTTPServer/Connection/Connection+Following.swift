/// Broadcasts that are followed: bridges from a place to what comes live, and then lets the loop write.
extension Connection {
    func follow(_ broadcast: Broadcast, behind place: Int64, of number: UInt64) async throws -> FollowEnd {
        guard var cursor = broadcast.index(behind: place) else { return .behind }
        while true {
            try Task.checkCancellation()
            guard isCurrent(number), exchange?.framing != nil else { throw ClientGone() }
            guard !loop.context.isEnding else { throw ServerEnding() }
            switch broadcast.step(from: cursor, on: loop) {
            case .behind: return .behind
            case .finished: return .finished
            case .frames(let batch):
                try await write(batch.payload(behind: place), of: number)
                cursor = batch.end
            case .live:
                // Nothing else runs on this loop until the follower is registered, so no frame is missed.
                return try await wait { waiter in
                    exchange?.following = Exchange.Following(broadcast: broadcast, waiter: waiter)
                    loop.join(self, to: broadcast, from: cursor, behind: place)
                }
            }
        }
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
        following.waiter.continuation.resume(with: result)
    }
}
