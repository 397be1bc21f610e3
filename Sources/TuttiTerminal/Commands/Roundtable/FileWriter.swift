import FoundationEssentials
import Glibc

/// Writes files whole or not at all: under another name first, then renamed into place.
enum FileWriter {
    /// - Throws: ``InputError`` that names the file and the reason.
    static func write(_ bytes: Data, to path: String) throws(InputError) {
        let temporary = path + ".tmp"  // the same at every attempt, so that one that was cut off leaves nothing behind
        do throws(InputError) {
            try writeAll(bytes, to: temporary)
            guard unsafe rename(temporary, path) == 0 else { throw failure(path) }
        } catch {
            _ = unsafe unlink(temporary)
            throw InputError("\(path) could not be written: \(error); the run's folder has it")
        }
    }

    /// Makes a folder and those above it.
    ///
    /// - Throws: ``InputError``.
    static func makeFolder(_ path: String) throws(InputError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw InputError("the folder \(path) could not be made: \(error)")
        }
    }

    /// Whether a file could be written there, checked before the work begins.
    ///
    /// - Throws: ``InputError`` when its folder is not there or may not be written.
    static func checkWritable(_ path: String, for flag: String) throws(InputError) {
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            throw InputError("\(flag) \(path) is a folder; name a file in it")
        }
        let folderPath = folder.isEmpty ? "/" : folder
        guard unsafe access(folderPath, W_OK | X_OK) == 0 else {
            throw InputError("\(flag) \(path): \(failure(folderPath)); name a folder that you may write")
        }
    }

    private static func writeAll(_ bytes: Data, to path: String) throws(InputError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        defer { close(descriptor) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw failure(path) }
            rest = rest.dropFirst(count)
        }
        guard fsync(descriptor) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> InputError {
        let number = errno
        guard let text = unsafe strerror(number) else { return InputError("error \(number)") }
        return InputError("\(path): \(unsafe String(cString: text))")
    }
}
