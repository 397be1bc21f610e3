import Synchronization
import TuttiHTTPServer

/// The topics that somebody follows. There is one server a home, so all that is published comes through here.
final class TopicHub: Sendable {
    private struct Followed {
        let broadcast: Broadcast
        var followers: Int
    }

    private let topics = Mutex<[String: Followed]>([:])
    private let isEnded = Mutex(false)

    /// Sends a frame to those who follow a topic. To be called for one event of a topic after the other.
    func publish(_ frame: [UInt8], to topic: String, n: Int64) {
        let broadcast = topics.withLock { $0[topic]?.broadcast }
        broadcast?.publish(frame, place: n)
    }

    /// Lets `body` follow a topic.
    func withTopic<Output: Sendable>(
        _ topic: String, behind n: Int64, _ body: (Broadcast) async throws -> Output
    ) async throws -> Output {
        let broadcast = topics.withLock { topics in
            var followed = topics[topic] ?? Followed(broadcast: Broadcast(behind: n), followers: 0)
            followed.followers += 1
            topics[topic] = followed
            return followed.broadcast
        }
        if isEnded.withLock({ $0 }) { broadcast.finish() }
        defer {
            topics.withLock { topics in
                topics[topic]?.followers -= 1
                if topics[topic]?.followers == 0 { topics[topic] = nil }
            }
        }
        return try await body(broadcast)
    }

    func end() {
        isEnded.withLock { $0 = true }
        for followed in topics.withLock({ $0 }).values { followed.broadcast.finish() }
    }
}
