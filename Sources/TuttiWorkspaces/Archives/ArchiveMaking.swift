/// Makes an archive, piece by piece. All of it blocks.
struct ArchiveMaking {
    private let store: StoreCore
    private let reader: TreeReader
    private var writer: any ArchiveWriter
    /// What is still to come of each folder that was begun, the innermost last.
    private var unfinished: [(path: EntryPath, rest: ArraySlice<Tree.Entry>)]
    private var isFinished = false

    /// Bytes of a file that are read at a time.
    private static let pieceSize = 64 << 10

    /// - Throws: ``WorkspaceError`` `workspace_not_found`, `workspace_damaged`, `workspace_storage`.
    init(_ snapshot: SnapshotID, _ format: ArchiveFormat, _ store: StoreCore) throws(WorkspaceError) {
        self.store = store
        reader = TreeReader(store: store)
        unfinished = [(.root, try reader.root(of: snapshot).entries[...])]
        writer = format == .zip ? ZipWriter() : TarWriter(isCompressed: format == .tarGzip)
    }

    /// Goes on to the next file, if it is there, and gives what has come of it.
    ///
    /// - Parameters:
    ///   - file: the file that is being read, if one is.
    ///   - size: about how many bytes are wanted; few more are given, but what one piece of a file comes to, and the
    ///     directory at the end of a zip file.
    /// - Returns: `nil` at the end.
    /// - Throws: ``WorkspaceError`` `workspace_damaged`, `workspace_storage`.
    mutating func next(_ size: Int, _ file: inout ObjectReader?) throws -> [UInt8]? {
        var output: [UInt8] = []
        while output.count < size, !isFinished {
            try Task.checkCancellation()
            if var reading = file.take() {
                let piece = try reading.next(Self.pieceSize)
                if piece.isEmpty {
                    try reading.finish()
                    writer.endFile(into: &output)
                } else {
                    writer.add(piece, into: &output)
                    file = consume reading
                }
            } else if let entry = try nextEntry() {
                writer.begin(entry, into: &output)
                if case .file(let hash, let size, _) = entry.content {
                    let object = try ObjectReader(ObjectName(kind: .file, hash: hash), store)
                    guard object.size == size else {
                        DoubtedObjects.note(ObjectName(kind: .file, hash: hash), store.folders)
                        throw ObjectReader.damaged(ObjectName(kind: .file, hash: hash), "has another size")
                    }
                    file = consume object
                }
            } else {
                writer.finish(into: &output)
                isFinished = true
            }
        }
        return output.isEmpty ? nil : output
    }

    private mutating func nextEntry() throws(WorkspaceError) -> ArchiveEntry? {
        while var folder = unfinished.popLast() {
            guard let entry = folder.rest.popFirst() else { continue }
            unfinished.append(folder)
            let path = folder.path + entry.name
            if case .folder(let hash) = entry.content { unfinished.append((path, try reader.tree(hash).entries[...])) }
            return ArchiveEntry(path: path, content: entry.content)
        }
        return nil
    }
}
