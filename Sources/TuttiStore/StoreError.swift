/// What the database could not do, told so that a person knows the way out.
public struct StoreError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of failure it is; a struct, so that a new kind breaks nobody's `switch`.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        /// Stable and short, for programs and logs.
        public let description: String

        /// No space is left on the device.
        public static let diskFull = Code(description: "disk_full")
        /// Reading or writing failed.
        public static let ioFailure = Code(description: "io_failure")
        /// The file is damaged, or not a database.
        public static let corrupt = Code(description: "corrupt")
        /// A newer release has written the database.
        public static let newerVersion = Code(description: "newer_version")
        /// An older release has written the database, and the caller did not ask to upgrade it.
        public static let olderVersion = Code(description: "older_version")
        /// The home cannot be made or written.
        public static let notWritable = Code(description: "not_writable")
        /// The home is on a file system whose locks cannot be trusted.
        public static let networkFileSystem = Code(description: "network_file_system")
        /// Another process holds the database for too long.
        public static let busy = Code(description: "busy")
        /// A command broke a rule of the schema: a defect of this program.
        public static let constraint = Code(description: "constraint")
        /// The store has been closed.
        public static let closed = Code(description: "closed")
        /// Anything else the database said.
        public static let other = Code(description: "other")
    }

    /// What kind of failure it is.
    public var code: Code
    /// What was being done to what, what went wrong, and the way out.
    public var message: String

    /// An error from its parts.
    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// `code: message`
    public var description: String { "\(code): \(message)" }

    /// Whether the same command may succeed later without anybody repairing the data.
    package var isTransient: Bool { [.diskFull, .ioFailure, .busy].contains(code) }
}
