import TuttiCore
import TuttiModels

/// What is to be handed on of a stream, decided event by event; nothing in it waits.
///
/// An object, so that whoever reads the stream has hardly anything to keep while it waits for the next bytes: an open
/// stream waits nearly all the time.
final class StreamRelay {
    private let dialect: any ModelDialect
    private let limits: ModelLimits
    private var tap: RelayTap
    private var boundary: EventBoundary
    /// What begins the stream and says nothing yet.
    private var held: [UInt8] = []
    /// Whether something has been said to the client.
    private(set) var hasSpoken = false

    init(_ dialect: any ModelDialect, _ relay: RelayDialect, tellsUsage: Bool, limits: ModelLimits) {
        self.dialect = dialect
        self.limits = limits
        tap = RelayTap(dialect, relay, tellsUsage: tellsUsage)
        boundary = EventBoundary(bytesMax: limits.eventBytesMax + 1024)
    }

    /// Whether nothing more is to be read: the end marker has come, or the stream has told that it failed.
    var isOver: Bool { tap.isFinished || tap.failure != nil }

    var answer: RelayedAnswer { RelayedAnswer(usage: tap.usage, failure: tap.failure) }

    /// Takes more bytes; gives what goes on to the client.
    ///
    /// - Throws: ``ModelError`` for a stream that fails before it has said anything, and for what is none.
    func take(_ more: [UInt8]) throws -> [UInt8] {
        guard let events = boundary.take(more) else {
            throw ModelError.tooLarge(dialect.name, "bytes in one piece", limits.eventBytesMax)
        }
        var out: [UInt8] = []
        out.reserveCapacity(held.count + more.count)
        for event in events { try take(event, &out) }
        if !out.isEmpty { hasSpoken = true }
        return out
    }

    private func take(_ event: ArraySlice<UInt8>, _ out: inout [UInt8]) throws {
        let verdict = tap.take(event)
        if let failure = tap.failure {
            if !hasSpoken, out.isEmpty { throw failure }
            out += held
            out += withoutKey(event)
            held = []
            return
        }
        switch verdict {
        case .drop: break
        case .hold where !hasSpoken && out.isEmpty: held += event
        case .hold, .forward:
            guard hasSpoken || !out.isEmpty || tap.isReadable(event) else {
                throw ModelError.malformed(dialect.name, "a piece is no JSON object")
            }
            out += held
            out += event
            held = []
        }
    }

    /// What a provider says of a failure can hold the key that it was asked with.
    private func withoutKey(_ event: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let key = dialect.key?.revealed, !key.isEmpty else { return event }
        return Array(String(decoding: event, as: UTF8.self).replacing(key, with: "[secret]").utf8)[...]
    }

    /// Looks whether the stream is whole; gives the rest of it. Some leave the empty line out behind their last event.
    ///
    /// - Throws: ``ModelError`` for one that was cut off.
    func end() throws -> [UInt8] {
        if isOver { return [] }
        let unfinished = boundary.unfinished
        let isClosed = [UInt8(ascii: "}"), UInt8(ascii: "]"), 0x0A].contains(unfinished.last ?? 0)
        if isClosed { _ = tap.take(unfinished) }
        guard tap.isFinished else {
            throw ModelError.cutOff(dialect.name, "the connection was closed before the end of the stream")
        }
        return unfinished + [0x0A, 0x0A]
    }

    /// A failure with what is known of the stream until then.
    func completed(_ error: ModelError) -> ModelError {
        var error = error
        error.usage = error.usage ?? tap.usage
        error.hasContent = hasSpoken
        return error
    }
}
