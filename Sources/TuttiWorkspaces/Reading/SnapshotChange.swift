/// What differs between two snapshots in one place.
package struct SnapshotChange: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case added
        case removed
        /// The bytes of a file, or where a link leads; also a file in the place of a link, and the like.
        case modified
        /// Only whether the file can be run.
        case modeChanged
        /// The same bytes were at this path, and are there no more.
        case renamed(from: EntryPath)
    }

    package let path: EntryPath
    package let kind: Kind
    /// What was there; for what was renamed, at its old path.
    package let old: SnapshotEntry.Kind?
    /// What is there.
    package let new: SnapshotEntry.Kind?
}
