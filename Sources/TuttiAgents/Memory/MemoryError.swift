public import TuttiCore

/// What a memory could not do, told so that a person knows the way out.
public struct MemoryError: CodedError, Hashable, CustomStringConvertible {
    /// What kind of failure it is; a struct, so that a new kind breaks nobody's `switch`.
    public struct Kind: Sendable, Hashable, CustomStringConvertible {
        /// Stable and short, for programs and logs.
        public let description: String

        /// A key or namespace that cannot be one.
        public static let invalidKey = Kind(description: "memory_invalid_key")
        /// A value above its limit.
        public static let valueTooLarge = Kind(description: "memory_value_too_large")
        /// A time to live that is none.
        public static let invalidTimeToLive = Kind(description: "memory_invalid_time_to_live")
        /// A search that cannot be made: too long, or for no entry.
        public static let invalidSearch = Kind(description: "memory_invalid_search")
        /// No room is left by the memory's own limits.
        public static let full = Kind(description: "memory_full")
        /// No space is left on the device.
        public static let diskFull = Kind(description: "memory_disk_full")
        /// Reading or writing failed.
        public static let ioFailure = Kind(description: "memory_io_failure")
        /// The file is damaged, or another program's.
        public static let corrupt = Kind(description: "memory_corrupt")
        /// The file cannot be made or written, or is on a file system whose locks cannot be trusted.
        public static let notWritable = Kind(description: "memory_not_writable")
        /// A newer release has written the file.
        public static let newerVersion = Kind(description: "memory_newer_version")
        /// Another process holds the file for too long.
        public static let busy = Kind(description: "memory_busy")
        /// The memory has been closed.
        public static let closed = Kind(description: "memory_closed")
        /// Anything else.
        public static let other = Kind(description: "memory_failed")
    }

    /// What kind of failure it is.
    public var kind: Kind
    /// What was being done, which rule was broken, and the way out. Never holds a value.
    public var message: String

    /// An error from its parts.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The stable word of ``kind``.
    public var code: String { kind.description }
    /// Whether the same may succeed later.
    public var isRetryable: Bool { [.diskFull, .ioFailure, .busy].contains(kind) }
    /// `code: message`
    public var description: String { "\(code): \(message)" }
}
