/// A part of the text that a step streams while it is carried out, kept for readers that come late. It is no part of
/// the journal, and losing it costs nothing but what such a reader sees.
package struct StreamChunk: Sendable, Hashable {
    package var key: String
    package var stamp: AttemptStamp
    /// The bytes of the attempt's text before this part.
    package var offset: Int
    package var text: String

    package init(key: String, stamp: AttemptStamp, offset: Int, text: String) {
        self.key = key
        self.stamp = stamp
        self.offset = offset
        self.text = text
    }
}

/// Which attempt at a step something belongs to: attempts are counted anew under each fence.
package struct AttemptStamp: Sendable, Hashable, Comparable {
    package var fence: Int64
    package var attempt: Int

    package init(fence: Int64, attempt: Int) {
        self.fence = fence
        self.attempt = attempt
    }

    package static func < (lhs: Self, rhs: Self) -> Bool {
        (lhs.fence, lhs.attempt) < (rhs.fence, rhs.attempt)
    }
}

/// Keeps parts of what steps of one run stream. What earlier attempts at the same steps have left is deleted; steps
/// that have their result take nothing more.
package struct ChunkCommand: Sendable {
    package var owner: Owner
    package var chunks: [StreamChunk]

    package init(owner: Owner, chunks: [StreamChunk]) {
        self.owner = owner
        self.chunks = chunks
    }
}

/// What is kept of the streams of one run, as a store reads it.
package struct ChunkPage: Sendable, Hashable {
    /// In the order in which they were written.
    package var chunks: [StreamChunk]
    /// Up to here everything has been read.
    package var through: Int64
    /// Whether the limit was reached, so that there may be more.
    package var isFull: Bool
    /// The steps of which something is kept, read or not.
    package var keys: Set<String>

    package init(chunks: [StreamChunk], through: Int64, isFull: Bool, keys: Set<String>) {
        self.chunks = chunks
        self.through = through
        self.isFull = isFull
        self.keys = keys
    }
}
