import CSQLite
import FoundationEssentials
import Glibc

/// Gives `body` a fresh folder by its real path, which is removed at the end.
func withFolder<Output>(_ body: (String) async throws -> Output) async throws -> Output {
    let folder = FileManager.default.temporaryDirectory.path + "/tutti-test-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    guard let real = unsafe realpath(folder, nil) else { return try await body(folder) }
    defer { unsafe free(real) }
    return try await body(unsafe String(cString: real))
}

/// Writes files by their paths from a folder, and makes the folders that they need.
func write(_ files: [String: String], in folder: String) throws {
    for (path, text) in files { try write(Data(text.utf8), to: path, in: folder) }
}

func write(_ bytes: Data, to path: String, in folder: String) throws {
    let file = folder + "/" + path
    let above = file[..<(file.lastIndex(of: "/") ?? file.startIndex)]
    try FileManager.default.createDirectory(atPath: String(above), withIntermediateDirectories: true)
    try bytes.write(to: URL(filePath: file))
}

/// Makes a symbolic link.
func link(_ path: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
}

/// The bytes of a file, or none when it is not there.
func contents(_ path: String) -> Data { (try? Data(contentsOf: URL(filePath: path))) ?? Data() }

/// Runs SQL on a file behind everybody's back.
func sql(_ path: String, _ script: String) throws {
    var handle: OpaquePointer?
    defer { unsafe sqlite3_close_v2(handle) }
    let opened = unsafe sqlite3_open(path, &handle)
    let status = unsafe opened == SQLITE_OK ? sqlite3_exec(handle, script, nil, nil, nil) : opened
    guard status == SQLITE_OK else { throw SQLFailure(status: status) }
}

struct SQLFailure: Error {
    let status: Int32
}
