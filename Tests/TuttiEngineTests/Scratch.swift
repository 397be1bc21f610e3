import FoundationEssentials

/// Files of tests, in the system's folder for what is gone tomorrow.
enum Scratch {
    static func folder() throws -> String {
        let path = FileManager.default.temporaryDirectory.path + "/tutti-engine-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    static func write(_ bytes: Data, to path: String) throws { try bytes.write(to: URL(filePath: path)) }
}
