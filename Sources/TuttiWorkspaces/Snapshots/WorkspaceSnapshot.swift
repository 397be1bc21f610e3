/// What a workspace held at one moment.
package struct WorkspaceSnapshot: Sendable, Hashable {
    package let id: SnapshotID
    /// Files in it, and their bytes.
    package let files: Int
    package let bytes: Int
    /// Objects that the store did not have, and their bytes.
    package let newObjects: Int
    package let newBytes: Int
    /// What the snapshot could not hold, in the order of the walk; at most ``skippedMax``.
    package let skipped: [Skipped]
    /// How many there were of those.
    package let skippedCount: Int

    package static let skippedMax = 1000

    /// Something in a workspace that a snapshot cannot hold.
    package struct Skipped: Sendable, Hashable {
        package enum Reason: String, Sendable, Hashable {
            /// Neither file, folder nor symbolic link: a pipe, a socket or a device.
            case special
            /// It may not be read.
            case unreadable
            /// Something else took its place while it was looked at.
            case replaced
        }

        package let path: EntryPath
        package let reason: Reason
    }
}
