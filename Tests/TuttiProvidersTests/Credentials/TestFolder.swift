import FoundationEssentials

/// A folder of a test's own, with files that it needs; gone with its owner.
final class TestFolder: Sendable {
    let path: String

    init(_ files: [String: String] = [:]) throws {
        path = "\(FileManager.default.temporaryDirectory.path)/tutti-cloud-\(UInt64.random(in: 0 ... .max))"
        for (name, text) in files { try write(name, text) }
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    @discardableResult
    func write(_ name: String, _ text: String) throws -> String {
        let file = "\(path)/\(name)"
        let folder = String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)])
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}
