import TuttiHTTPServer
import TuttiRuntime

/// Brings the frames of several sources to one reader, with a heartbeat, until a source ends the stream, the reader
/// leaves or is too slow, or the server ends.
struct MergedStream: Sendable {
    typealias Source = @Sendable (FrameMailbox) async throws -> Void

    let clock: any Timekeeper
    /// That the server begins to end.
    let end: Milestone<Void>

    /// How often a reader hears something, so that it can tell a silent run from a lost connection.
    static let heartbeat: Duration = .seconds(15)

    /// - Parameter sources: each puts its frames into the mailbox, and may close it with a last one.
    /// - Throws: what writing throws.
    func tell(_ writer: ResponseWriter, _ sources: [Source]) async throws {
        let mailbox = FrameMailbox(tooSlow: EventStream.bye("the reader was too slow; begin anew"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for source in sources {
                group.addTask {
                    do {
                        try await source(mailbox)
                    } catch  where !Task.isCancelled {
                        mailbox.close(EventStream.bye("the journal cannot be read at the moment"))
                    }
                }
            }
            group.addTask { [clock] in
                repeat { try await clock.sleep(for: Self.heartbeat) } while mailbox.put(EventStream.comment)
            }
            group.addTask { [end] in
                guard await end.wait() != nil else { return }
                mailbox.close(EventStream.bye(EventStream.restarting))
            }
            defer { group.cancelAll() }
            while let bytes = try await mailbox.take() { try await writer.write(bytes) }
        }
    }
}
