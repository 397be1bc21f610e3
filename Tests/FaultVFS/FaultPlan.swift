public import CFaultVFS
import CSQLite

/// A fault that is planned for one database, in force for as long as this object lives.
///
/// ```swift
/// let database = try open(path, vfs: FaultPlan.vfs)
/// let plan = try #require(FaultPlan(prefix: path, .diskFull, nth: 3, persistent: true))
/// ```
public final class FaultPlan: Sendable {
    /// The name under which SQLite knows the file system layer that plans take effect in.
    public static let vfs = "tutti-fault"

    /// Whether SQLite knows the layer; registering it is the first use of this property.
    public static let isRegistered = CFaultVFS_register() == SQLITE_OK

    private let number: Int32

    /// Plans that the nth operation of the fault's kind fails on files whose path begins with the prefix.
    ///
    /// With `persistent` all later ones fail as well. The prefix is the database's absolute path, without symbolic
    /// links. Nil when the prefix is empty or too long, when `nth` is zero although a fault is named, and when too
    /// many plans are in force.
    public init?(prefix: String, _ fault: CFaultVFS_Fault, nth: UInt32, persistent: Bool) {
        let armed = unsafe CFaultVFS_arm(prefix, fault, nth, persistent)
        guard Self.isRegistered, armed >= 0 else { return nil }
        number = armed
    }

    /// Counts writes, syncs and truncations on files whose path begins with the prefix, and fails none.
    public convenience init?(counting prefix: String) {
        self.init(prefix: prefix, .none, nth: 0, persistent: false)
    }

    deinit { CFaultVFS_disarm(number) }

    /// How many operations of the kind have been asked for since the plan was made.
    public var operations: UInt32 { CFaultVFS_operations(number) }

    /// How many of them were made to fail.
    public var failures: UInt32 { CFaultVFS_failures(number) }
}
