import Glibc
package import TuttiCore

extension AuditFile {
    /// Writes entries of a log into a new file that only its owner may read. The file is there when it is whole and on
    /// the disk, and else not at all; one that is there already is not touched.
    ///
    /// It blocks the thread while it writes; it is for commands.
    ///
    /// - Parameters: as those of ``AuditLog/export(from:through:release:at:to:)``.
    /// - Returns: whether what was written is whole; what is broken is written up to there and kept, as evidence.
    /// - Throws: ``AuditError`` `.unwritable` when there is a file, or it cannot be made or written; what the export
    ///   throws.
    package static func write(
        _ log: some AuditLog, to path: String, from first: Int64? = nil, through last: Int64? = nil, release: String,
        at time: Timestamp
    ) async throws(AuditError) -> AuditVerification {
        let file = try AuditFileWriter(path: path)
        let verification = try await log.export(from: first, through: last, release: release, at: time) {
            line throws(AuditError) in try file.add(line)
        }
        try file.finish()
        return verification
    }
}

/// A file beside its place until it is whole; removed when it is dropped before.
private final class AuditFileWriter {
    private let path: String
    private var part: String { path + ".part" }
    private let descriptor: Int32
    private var buffer: [UInt8] = []

    private static let bufferBytes = 256 << 10

    init(path: String) throws(AuditError) {
        self.path = path
        guard unsafe access(path, F_OK) != 0 else {
            throw AuditError(.unwritable, "\(path) is there already, and no export writes over another; name another")
        }
        descriptor = unsafe open(path + ".part", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor < 0 { throw Self.failure(errno, path + ".part") }
    }

    deinit {
        guard descriptor >= 0 else { return }
        close(descriptor)
        _ = unsafe unlink(part)
    }

    func add(_ line: [UInt8]) throws(AuditError) {
        buffer += line
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= Self.bufferBytes { try flush() }
    }

    private func flush() throws(AuditError) {
        var rest = buffer[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno != EINTR { throw Self.failure(errno, part) }
            rest = rest.dropFirst(max(0, count))
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Brings all to the disk, and gives the file its name, which nobody else may have taken meanwhile.
    func finish() throws(AuditError) {
        try flush()
        guard fsync(descriptor) == 0, unsafe link(part, path) == 0 else { throw Self.failure(errno, path) }
        let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = end.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let place = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        defer { close(place) }
        guard place >= 0, fsync(place) == 0 else { throw Self.failure(errno, folder) }
    }

    private static func failure(_ code: Int32, _ path: String) -> AuditError {
        let reason = unsafe String(cString: strerror(code))
        let wayOut = code == EEXIST ? "; another export may be at work: remove it when there is none" : ""
        return AuditError(.unwritable, "\(path) cannot be written: \(reason)\(wayOut)", isRetryable: code == ENOSPC)
    }
}
