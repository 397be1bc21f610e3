/// What a folder holds: the object that a snapshot is made of.
///
/// Its bytes are `tutti tree 1`, a line feed, and the entries in the order of their names' bytes. Each entry is a
/// letter for its kind, the length of the name in two bytes and the name; then for a file (`f`, or `x` for one that
/// can be run) its size in eight bytes and its hash, for a folder (`d`) its hash, for a symbolic link (`l`) the length
/// of its target in two bytes and the target. Numbers have their most significant byte first.
struct Tree: Sendable, Hashable {
    struct Entry: Sendable, Hashable {
        let name: EntryName
        let content: Content
    }

    enum Content: Sendable, Hashable {
        case file(ObjectHash, size: Int, isExecutable: Bool)
        case folder(ObjectHash)
        case link(target: [UInt8])
    }

    var entries: [Entry] = []

    /// The most bytes of a link's target on Linux.
    static let targetBytesMax = 4095
    private static let magic = Array("tutti tree 1\n".utf8)

    var bytes: [UInt8] {
        var bytes = Self.magic
        bytes.reserveCapacity(64 * (entries.count + 1))
        for entry in entries {
            switch entry.content {
            case .file(let hash, let size, let isExecutable):
                append(isExecutable ? "x" : "f", entry.name, to: &bytes)
                bytes.append(bigEndian: UInt64(size))
                hash.append(to: &bytes)
            case .folder(let hash):
                append("d", entry.name, to: &bytes)
                hash.append(to: &bytes)
            case .link(let target):
                append("l", entry.name, to: &bytes)
                bytes.append(bigEndian: UInt16(target.count))
                bytes += target
            }
        }
        return bytes
    }

    private func append(_ kind: Unicode.Scalar, _ name: EntryName, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: kind))
        name.append(to: &bytes)
    }

    init(entries: [Entry] = []) { self.entries = entries }

    /// - Throws: ``ByteFields/Malformed`` for bytes that no tree has.
    init(bytes: [UInt8]) throws(ByteFields.Malformed) {
        var fields = ByteFields(bytes)
        guard try fields.take(Self.magic.count).elementsEqual(Self.magic) else { throw ByteFields.Malformed() }
        while !fields.isAtEnd {
            let kind = try fields.integer(UInt8.self)
            let name = try fields.name()
            if let last = entries.last, last.name >= name { throw ByteFields.Malformed() }
            entries.append(Entry(name: name, content: try Self.content(kind, &fields)))
        }
    }

    private static func content(_ kind: UInt8, _ fields: inout ByteFields) throws(ByteFields.Malformed) -> Content {
        switch kind {
        case UInt8(ascii: "f"), UInt8(ascii: "x"):
            guard let size = Int(exactly: try fields.integer(UInt64.self)) else { throw ByteFields.Malformed() }
            return .file(try fields.hash(), size: size, isExecutable: kind == UInt8(ascii: "x"))
        case UInt8(ascii: "d"): return .folder(try fields.hash())
        case UInt8(ascii: "l"):
            let target = Array(try fields.take(Int(try fields.integer(UInt16.self))))
            guard !target.isEmpty, !target.contains(0) else { throw ByteFields.Malformed() }
            return .link(target: target)
        default: throw ByteFields.Malformed()
        }
    }

    /// The entry of this name.
    subscript(_ name: EntryName) -> Entry? {
        var range = entries.startIndex..<entries.endIndex
        while !range.isEmpty {
            let middle = range.lowerBound + range.count / 2
            if entries[middle].name == name { return entries[middle] }
            range = entries[middle].name < name ? (middle + 1)..<range.upperBound : range.lowerBound..<middle
        }
        return nil
    }
}
