import FoundationEssentials
import Glibc
import TuttiStoreSQLite

/// Gives `body` a home of its own in a temporary folder, which is removed at the end.
func withHome<Output>(_ body: (HomeFolder) async throws -> Output) async throws -> Output {
    let path = try temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: path) }
    return try await body(HomeFolder(path: path))
}

/// A fresh folder by its real path.
func temporaryFolder() throws -> String {
    let folder = FileManager.default.temporaryDirectory.path + "/tutti-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    guard let real = unsafe realpath(folder, nil) else { return folder }
    defer { unsafe free(real) }
    return unsafe String(cString: real)
}

/// The bytes of a file, or none when it is not there.
func contents(_ path: String) -> Data { (try? Data(contentsOf: URL(filePath: path))) ?? Data() }
