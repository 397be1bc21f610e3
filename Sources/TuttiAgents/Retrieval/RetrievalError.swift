public import TuttiCore

/// What a retriever could not do, told so that a person knows the way out.
public struct RetrievalError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is; a struct, so that a new kind breaks nobody's `switch`.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// Stable and short, for programs and logs.
        public let description: String

        /// The folder is not there, is no folder, or may not be read.
        public static let badFolder = Kind(description: "context_bad_folder")
        /// More passages, or fewer, than can be asked for.
        public static let invalidLimit = Kind(description: "context_invalid_limit")
        /// The file holds the index of another folder, the data of another program, or is damaged.
        public static let badIndex = Kind(description: "context_bad_index")
        /// The index cannot be read or written.
        public static let indexFailure = Kind(description: "context_index_failure")
        /// The work was cancelled before it was done.
        public static let cancelled = Kind(description: "context_cancelled")
        /// The retriever has been closed.
        public static let closed = Kind(description: "context_closed")
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// What was being done to what, what went wrong, and the way out.
    public var message: String
    /// Whether the same may succeed later.
    public var isRetryable: Bool

    /// An error from its parts.
    public init(_ kind: Kind, _ message: String, isRetryable: Bool = false) {
        self.kind = kind
        self.message = message
        self.isRetryable = isRetryable
    }

    /// The stable word of ``kind``.
    public var code: String { kind.description }
    /// `code: message`
    public var description: String { "\(code): \(message)" }
}
