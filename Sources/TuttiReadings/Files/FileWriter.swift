package import FoundationEssentials
import Glibc

/// Writes files whole or not at all: under another name first, then renamed into place.
///
/// A link is followed, and a file that is there keeps its permissions. What is no file, such as a terminal or a pipe,
/// is written to as it is.
package enum FileWriter {
    /// - Parameter mode: of a file that is not there yet, less what the umask takes away.
    /// - Throws: ``FileWriteError`` that names the file and the reason.
    package static func write(_ bytes: Data, to path: String, mode: UInt32 = 0o644) throws(FileWriteError) {
        var status = stat()
        let isThere = unsafe stat(path, &status) == 0
        if isThere, status.st_mode & S_IFMT != S_IFREG {
            try write(bytes, toSpecial: path)
        } else {
            try replace(
                isThere ? resolved(path) : path, with: bytes, mode: mode,
                kept: isThere ? status.st_mode & 0o7777 : nil)
        }
    }

    /// Makes a folder and those above it.
    ///
    /// - Parameter mode: of those that are not there yet; what the umask leaves when left out.
    /// - Throws: ``FileWriteError``.
    package static func makeFolder(_ path: String, mode: UInt32? = nil) throws(FileWriteError) {
        let attributes: [FileAttributeKey: Any]? = mode.map { [.posixPermissions: Int($0)] }
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: attributes)
        } catch {
            throw FileWriteError("the folder \(path) could not be made: \(error)")
        }
    }

    // MARK: Parts

    private static func replace(
        _ path: String, with bytes: Data, mode: mode_t, kept: mode_t?
    ) throws(FileWriteError) {
        let temporary = path + ".tutti-tmp"  // the same at every attempt: one that was cut off is cleared away here
        _ = unsafe unlink(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard descriptor >= 0 else { throw failure(path, because: reason(temporary)) }
        let problem = fill(descriptor, bytes, mode: kept)
        close(descriptor)
        if let problem {
            _ = unsafe unlink(temporary)
            throw failure(path, because: problem)
        }
        guard unsafe rename(temporary, path) == 0 else {
            let problem = reason(nil)
            _ = unsafe unlink(temporary)
            throw failure(path, because: problem)
        }
    }

    private static func write(_ bytes: Data, toSpecial path: String) throws(FileWriteError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY)
        guard descriptor >= 0 else { throw failure(path, because: reason(nil)) }
        defer { close(descriptor) }
        guard writeAll(bytes, to: descriptor) else { throw failure(path, because: reason(nil)) }
    }

    /// Gives what went wrong.
    private static func fill(_ descriptor: Int32, _ bytes: Data, mode: mode_t?) -> String? {
        if let mode, fchmod(descriptor, mode) != 0 { return reason(nil) }
        return writeAll(bytes, to: descriptor) && fsync(descriptor) == 0 ? nil : reason(nil)
    }

    private static func writeAll(_ bytes: Data, to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The file that a link leads to.
    package static func resolved(_ path: String) -> String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    // MARK: What went wrong

    private static func failure(_ path: String, because reason: String) -> FileWriteError {
        FileWriteError("\(path) could not be written: \(reason)")
    }

    package static func reason(_ path: String?) -> String {
        let number = errno
        let text = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
        return path.map { "\($0): \(text)" } ?? text
    }
}

/// A file could not be written.
package struct FileWriteError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Which file, and why.
    package let description: String

    package init(_ description: String) { self.description = description }
}
