import FoundationEssentials
import Glibc

/// A folder for one test, removed with it.
package final class TestFolder: Sendable {
    package let path: String

    package init() throws {
        path = FileManager.default.temporaryDirectory.path + "/tutti-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    /// The path without symbolic links, as SQLite knows it.
    package var realPath: String {
        guard let real = unsafe realpath(path, nil) else { return path }
        defer { unsafe free(real) }
        return unsafe String(cString: real)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}
