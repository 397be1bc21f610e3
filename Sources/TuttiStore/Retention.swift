public import TuttiCore

/// Which ended runs are removed, and what of those that stay.
///
/// A run goes with all of its children, and only when none of them lives or is blocked. Forks stand alone. Events go
/// earlier than their run when the policy says so; the newest one stays, so that the numbering goes on.
public struct RetentionPolicy: Sendable, Hashable {
    /// Runs that ended before this moment go.
    public var endedBefore: Timestamp?
    /// Of each workflow so many ended runs stay, the newest; older ones go.
    public var keepNewest: Int?
    /// Events before this moment go, of ended runs that stay.
    public var eventsBefore: Timestamp?
    /// Only runs of this workflow; `nil` for all.
    public var workflow: String?
    /// This run goes, however old it is, and no other one; `nil` for all that the other rules let go.
    public var run: RunID?
    /// The organisation whose runs they are.
    public var tenant: String

    /// A policy from its parts; without any nothing goes.
    public init(
        endedBefore: Timestamp? = nil, keepNewest: Int? = nil, eventsBefore: Timestamp? = nil, workflow: String? = nil,
        run: RunID? = nil, tenant: String = "default"
    ) {
        self.endedBefore = endedBefore
        self.keepNewest = keepNewest
        self.eventsBefore = eventsBefore
        self.workflow = workflow
        self.run = run
        self.tenant = tenant
    }
}

/// What a policy would remove, or has removed.
public struct RetentionReport: Sendable, Hashable {
    /// Runs, children among them.
    public var runs = 0
    /// Rows of their journals.
    public var steps = 0
    /// Events, of runs that stay as well.
    public var events = 0
    /// Signals and approvals.
    public var messages = 0
    /// Large payloads that nobody names any more.
    public var blobs = 0
    /// Bytes of what is stored in all of these, without the database's own overhead.
    public var bytes = 0
    /// Bytes of the database and its log before and after; 0 for a store without a file.
    public var fileSizeBefore = 0, fileSizeAfter = 0
    /// Whether the file keeps its size although much of it is free: others work with it, or the disk has no room for
    /// the copy that shrinking makes.
    public var isShrinkingPostponed = false
    /// Runs that are gone while something beside the store could not be removed; the next pruning tries it again.
    public var leftBehind: [RunID] = []

    /// Nothing so far.
    public init() {}
}

/// The bounds of one transaction of a pruning: nobody who works on a run waits for longer than that takes, some tens of
/// milliseconds on an ordinary disk.
package enum RetentionLimits {
    /// Rows that one transaction removes; a run and its children vanish together, however many they are.
    package static let rowsPerBatch = 1000
    /// Bytes of large payloads that one transaction removes.
    package static let blobBytesPerBatch = 8 << 20
    /// Left-behind runs that a report names.
    package static let leftBehindMax = 100
}
