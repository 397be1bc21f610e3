import FoundationEssentials
import Testing

/// A folder for one test, with the stand-in for the program in it.
final class FakeProgram {
    let folder: String
    let binary: String

    /// - Parameter fault: what the stand-in does wrong, see its `main.swift`.
    init(fault: String = "") throws {
        folder = FileManager.default.temporaryDirectory.path + "/kill-loop-test-\(UInt64.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        binary = folder + "/tutti-" + fault
        let fake = try Self.beside("fake-tutti")
        try FileManager.default.createSymbolicLink(atPath: binary, withDestinationPath: fake)
    }

    /// The path of a program that is built beside the tests.
    static func beside(_ name: String) throws -> String {
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = URL(filePath: tests).deletingLastPathComponent().path + "/" + name
        try #require(FileManager.default.fileExists(atPath: path), "\(name) is not beside \(tests)")
        return path
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
