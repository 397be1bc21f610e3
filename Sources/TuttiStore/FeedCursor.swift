public import TuttiCore

/// A place in the feed of all runs. Keep its text to go on from there later, in this process or in another.
///
/// Nothing can be computed with it, but of two cursors of one store the text of the later one sorts behind the other.
public struct FeedCursor: Sendable, Hashable, Codable, LosslessStringConvertible {
    /// What the store counts by; 0 is before everything.
    package let position: Int64

    private static let head = "feed_"
    private static let digitsCount = 16

    package init(position: Int64) { self.position = position }

    /// Reads a text that a cursor has given, or gives `nil` when it is none.
    public init?(_ text: String) {
        let digits = text.dropFirst(Self.head.count)
        guard text.hasPrefix(Self.head), digits.utf8.count == Self.digitsCount, !digits.hasPrefix("+"),
            let position = Int64(digits, radix: 16), position >= 0
        else { return nil }
        self.init(position: position)
    }

    /// The text to keep.
    public var description: String {
        let digits = String(position, radix: 16)
        return Self.head + String(repeating: "0", count: Self.digitsCount - digits.utf8.count) + digits
    }

    /// Reads the text form.
    ///
    /// - Throws: `DecodingError.dataCorrupted` when it is not the text of a cursor.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let cursor = Self(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is no cursor of the feed; keep the text that the feed gave")
        }
        self = cursor
    }

    /// Writes the text form.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// An event with its place among the events of all runs.
public struct FeedEvent: Sendable, Hashable {
    /// Where to go on behind this event.
    public var cursor: FeedCursor
    /// What happened.
    public var event: RunEvent
    /// For whom the run is that it happened in.
    public var account: RunAccount

    package init(cursor: FeedCursor, event: RunEvent, account: RunAccount = RunAccount()) {
        self.cursor = cursor
        self.event = event
        self.account = account
    }
}

/// A part of the feed, as a store reads it.
package struct FeedPage: Sendable, Hashable {
    package var events: [FeedEvent]
    /// Up to here everything has been looked at, also what belongs to other tenants.
    package var through: FeedCursor
    /// Whether the limit was reached, so that there may be more.
    package var isFull: Bool

    package init(events: [FeedEvent], through: FeedCursor, isFull: Bool) {
        self.events = events
        self.through = through
        self.isFull = isFull
    }
}
