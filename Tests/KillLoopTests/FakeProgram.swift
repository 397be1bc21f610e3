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
        // The stand-in is built beside the tests.
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let fake = URL(filePath: tests).deletingLastPathComponent().path + "/fake-tutti"
        try #require(FileManager.default.fileExists(atPath: fake), "fake-tutti is not beside \(tests)")
        try FileManager.default.createSymbolicLink(atPath: binary, withDestinationPath: fake)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }
}
