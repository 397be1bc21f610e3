/// Those on one loop who follow one broadcast. Belongs to the loop's thread.
final class FollowerGroup {
    private struct Member {
        let connection: Connection
        /// From which index on, and behind which place, frames are still to be sent.
        var next: Int
        let place: Int64
        var lastSent: Duration
    }

    private let broadcast: Broadcast
    private var members: [ObjectIdentifier: Member] = [:]

    init(_ broadcast: Broadcast) { self.broadcast = broadcast }

    func add(_ connection: Connection, from index: Int, behind place: Int64, now: Duration) {
        members[ObjectIdentifier(connection)] = Member(connection: connection, next: index, place: place, lastSent: now)
    }

    /// True when nobody is left.
    func remove(_ connection: Connection) -> Bool {
        if members.removeValue(forKey: ObjectIdentifier(connection)) != nil { broadcast.left(connection.loop) }
        return members.isEmpty
    }

    /// Writes everything new to all.
    func deliver(on loop: ServerLoop) {
        let (batch, isFinished) = broadcast.take(for: loop)
        let shared = SharedFrames(batch.payload(behind: .min))
        for (key, member) in members where batch.end > member.next {
            guard member.next >= batch.start else {
                // The publisher was faster than the loop, and the ring too small to bridge it.
                member.connection.assumeIsolated { $0.endFollowing(.success(.behind)) }
                continue
            }
            members[key]?.next = batch.end
            let isWhole = batch.isWanted(from: member.next, behind: member.place)
            let frames = isWhole ? shared : SharedFrames(batch.payload(from: member.next, behind: member.place))
            guard !frames.plain.isEmpty else { continue }
            members[key]?.lastSent = loop.now
            member.connection.assumeIsolated { $0.deliver(frames) }
        }
        guard isFinished else { return }
        for member in members.values { member.connection.assumeIsolated { $0.endFollowing(.success(.finished)) } }
    }

    /// Sends a sign of life to those who have heard nothing for long.
    func beat(now: Duration) {
        let frame = broadcast.heartbeatFrame
        for (key, member) in members where now - member.lastSent >= broadcast.heartbeat {
            members[key]?.lastSent = now
            member.connection.assumeIsolated { $0.deliver(frame) }
        }
    }
}
