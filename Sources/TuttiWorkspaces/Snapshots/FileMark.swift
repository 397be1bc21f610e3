import Glibc

/// By what a file is known not to have changed: a program can set its time of change (`mtime`) as it likes, but not the
/// time of the last change of its node (`ctime`).
struct FileMark: Sendable, Hashable {
    private let device: UInt64
    private let node: UInt64
    private let mode: UInt32
    private let changed: FileMoment
    /// When the content or anything that the system tells of it was changed last.
    let nodeChanged: FileMoment
    let size: Int

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        node = UInt64(status.st_ino)
        mode = status.st_mode
        size = Int(status.st_size)
        changed = FileMoment(status.st_mtim)
        nodeChanged = FileMoment(status.st_ctim)
    }

    var isExecutable: Bool { mode & S_IXUSR != 0 }

    /// Whether a change after this moment shows. Times of files come in steps of some milliseconds, so two changes
    /// within one step look like one.
    func shows(changesAfter moment: FileMoment) -> Bool { nodeChanged < moment }

    func append(to bytes: inout [UInt8]) {
        bytes.append(bigEndian: device)
        bytes.append(bigEndian: node)
        bytes.append(bigEndian: mode)
        bytes.append(bigEndian: Int64(size))
        bytes.append(bigEndian: changed.nanoseconds)
        bytes.append(bigEndian: nodeChanged.nanoseconds)
    }

    init(_ fields: inout ByteFields) throws(ByteFields.Malformed) {
        device = try fields.integer(UInt64.self)
        node = try fields.integer(UInt64.self)
        mode = try fields.integer(UInt32.self)
        size = Int(try fields.integer(Int64.self))
        changed = FileMoment(nanoseconds: try fields.integer(Int64.self))
        nodeChanged = FileMoment(nanoseconds: try fields.integer(Int64.self))
    }
}
