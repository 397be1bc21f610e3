import FoundationEssentials
import Glibc

/// The lines of a file, read one after another; only one is in memory.
final class AuditFileLines: Sequence, IteratorProtocol {
    private let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    /// What of the buffer has been given.
    private var place = 0
    private var isAtEnd = false
    /// Why there was no further line; `nil` at the end of the file.
    private(set) var failure: AuditError?

    private static let chunkBytes = 64 << 10

    /// - Throws: ``AuditError`` `.unreadable`
    init(path: String) throws(AuditError) {
        self.path = path
        descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw AuditError(.unreadable, "\(path) cannot be opened: \(Self.text(of: errno))")
        }
    }

    deinit { close(descriptor) }

    func next() -> Data? {
        var searched = place
        while failure == nil {
            if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
                defer { place = end + 1 }
                return Data(buffer[place..<end])
            }
            if isAtEnd {
                defer { place = buffer.count }
                return place < buffer.count ? Data(buffer[place...]) : nil
            }
            buffer.removeSubrange(..<place)
            place = 0
            searched = buffer.count
            guard buffer.count <= AuditLimits.lineBytesMax else {
                failure = AuditError(
                    .unreadable, "\(path) has a line above \(AuditLimits.lineBytesMax) bytes: no export has such")
                return nil
            }
            fill()
        }
        return nil
    }

    private func fill() {
        var chunk = [UInt8](repeating: 0, count: Self.chunkBytes)
        let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        if count < 0, errno != EINTR {
            failure = AuditError(.unreadable, "\(path) cannot be read: \(Self.text(of: errno))")
        }
        if count == 0 { isAtEnd = true }
        if count > 0 { buffer += chunk[..<count] }
    }

    private static func text(of code: Int32) -> String { unsafe String(cString: strerror(code)) }
}
