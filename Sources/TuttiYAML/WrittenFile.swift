import Glibc

/// A small text that people have written into a file, such as a panel or an agent.
package enum WrittenFile {
    /// The endings of files in YAML, the one that counts of two first.
    package static let endings = [".yaml", ".yml"]

    /// Why a file is not read, to stand behind its path.
    package struct Unreadable: Error, Hashable {
        package let reason: String
    }

    /// The text of a file of at most `YAMLDocument.sizeMax` bytes. A pipe that nobody writes to does not hold it.
    ///
    /// - Throws: ``Unreadable``.
    package static func text(at path: String) throws(Unreadable) -> String {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else {
            let isMissing = errno == ENOENT
            throw Unreadable(
                reason: isMissing ? "is not there; check the path" : "cannot be read; check who may read it")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Unreadable(reason: "is no file; name a file")
        }
        let bytes = try read(descriptor)
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Unreadable(reason: "is no UTF-8; save it as UTF-8")
        }
        return text
    }

    private static func read(_ descriptor: Int32) throws(Unreadable) -> [UInt8] {
        let sizeMax = YAMLDocument.sizeMax
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count <= sizeMax {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw Unreadable(reason: "cannot be read to its end; check the disk") }
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        guard bytes.count <= sizeMax else { throw Unreadable(reason: "has more than \(sizeMax) bytes; shorten it") }
        return bytes
    }
}
