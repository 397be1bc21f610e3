/// What the last snapshot or restoration of a workspace has seen, so that only what has changed is read again.
///
/// It is only ever a help: without it, or with one that a crash has cut, everything is read again.
struct SnapshotIndex: Sendable, Hashable {
    /// A folder as it was seen.
    struct Folder: Sendable, Hashable {
        var entries: [Entry] = []
    }

    /// A file or folder. Links are not in it, and neither are files whose next change might not show.
    struct Entry: Sendable, Hashable {
        let name: EntryName
        let content: Content
    }

    enum Content: Sendable, Hashable {
        case file(FileMark, ObjectHash)
        case folder(ObjectHash, Folder)
    }

    /// Under which number all of its objects were in the store, and on the disk.
    let generation: StoreGeneration
    let rootHash: ObjectHash
    let root: Folder

    private static let magic = Array("tutti index 1\n".utf8)
    /// Deeper ones are not ours.
    private static let depthMax = 512

    /// The fields of the index and the SHA-256 of all of them.
    var bytes: [UInt8] {
        var bytes = Self.magic + generation.bytes
        rootHash.append(to: &bytes)
        Self.append(root, to: &bytes)
        RunningDigest.hash(bytes).append(to: &bytes)
        return bytes
    }

    private static func append(_ folder: Folder, to bytes: inout [UInt8]) {
        bytes.append(bigEndian: UInt32(folder.entries.count))
        for entry in folder.entries {
            entry.name.append(to: &bytes)
            switch entry.content {
            case .file(let mark, let hash):
                bytes.append(0)
                mark.append(to: &bytes)
                hash.append(to: &bytes)
            case .folder(let hash, let folder):
                bytes.append(1)
                hash.append(to: &bytes)
                append(folder, to: &bytes)
            }
        }
    }

    init(generation: StoreGeneration, rootHash: ObjectHash, root: Folder) {
        self.generation = generation
        self.rootHash = rootHash
        self.root = root
    }

    /// `nil` for bytes that are no index, or not whole.
    init?(bytes: [UInt8]) {
        guard bytes.count > ObjectHash.byteCount else { return nil }
        let content = Array(bytes.dropLast(ObjectHash.byteCount))
        guard RunningDigest.hash(content) == ObjectHash(bytes: bytes.suffix(ObjectHash.byteCount)) else { return nil }
        do throws(ByteFields.Malformed) {
            var fields = ByteFields(content)
            guard try fields.take(Self.magic.count).elementsEqual(Self.magic) else { return nil }
            generation = StoreGeneration(bytes: Array(try fields.take(StoreGeneration.byteCount)))
            rootHash = try fields.hash()
            root = try Self.folder(&fields, depth: 0)
        } catch {
            return nil
        }
    }

    private static func folder(_ fields: inout ByteFields, depth: Int) throws(ByteFields.Malformed) -> Folder {
        let count = Int(try fields.integer(UInt32.self))
        guard depth < depthMax, count <= fields.rest else { throw ByteFields.Malformed() }
        var folder = Folder()
        folder.entries.reserveCapacity(count)
        for _ in 0..<count {
            let name = try fields.name()
            switch try fields.integer(UInt8.self) {
            case 0:
                let mark = try FileMark(&fields)
                folder.entries.append(Entry(name: name, content: .file(mark, try fields.hash())))
            case 1:
                let hash = try fields.hash()
                let inner = try Self.folder(&fields, depth: depth + 1)
                folder.entries.append(Entry(name: name, content: .folder(hash, inner)))
            default: throw ByteFields.Malformed()
            }
        }
        return folder
    }
}

/// Looks entries up that are asked for in their order.
struct IndexCursor {
    private let entries: [SnapshotIndex.Entry]
    private var position = 0

    init(_ folder: SnapshotIndex.Folder?) { entries = folder?.entries ?? [] }

    mutating func file(_ name: EntryName) -> (mark: FileMark, hash: ObjectHash)? {
        guard case .file(let mark, let hash) = content(name) else { return nil }
        return (mark, hash)
    }

    mutating func folder(_ name: EntryName) -> (hash: ObjectHash, folder: SnapshotIndex.Folder)? {
        guard case .folder(let hash, let folder) = content(name) else { return nil }
        return (hash, folder)
    }

    private mutating func content(_ name: EntryName) -> SnapshotIndex.Content? {
        while position < entries.count {
            let order = entries[position].name.order(to: name)
            if order == 0 { return entries[position].content }
            if order > 0 { return nil }
            position += 1
        }
        return nil
    }
}
