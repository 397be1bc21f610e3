/// A file, folder or link of a snapshot.
package struct SnapshotEntry: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        /// With the hash of its bytes, which are its version: the same bytes have the same hash everywhere.
        case file(size: Int, isExecutable: Bool, hash: ObjectHash)
        case folder
        /// Any bytes; it may lead anywhere, also to nothing.
        case link(target: [UInt8])
    }

    package let path: EntryPath
    package let kind: Kind

    init(path: EntryPath, _ content: Tree.Content) {
        self.path = path
        kind =
            switch content {
            case .file(let hash, let size, let isExecutable):
                .file(size: size, isExecutable: isExecutable, hash: hash)
            case .folder: .folder
            case .link(let target): .link(target: target)
            }
    }
}
