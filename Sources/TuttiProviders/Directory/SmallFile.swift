import FoundationEssentials

/// Files with keys and settings, which are small.
enum SmallFile {
    /// Bytes of one; a larger one was named by mistake.
    static let bytesMax = 1 << 20

    /// The bytes of a file; `nil` when it is not there, is no file, is too large or may not be read.
    static func read(_ path: String) -> Data? {
        guard let file = PlainFile(path: path), file.size <= bytesMax else { return nil }
        return try? Data(contentsOf: URL(filePath: path))
    }

    /// Its text without blanks around it.
    static func text(_ path: String) -> String? {
        read(path).flatMap { String(validating: $0, as: UTF8.self) }.map { CloudEnvironment.trimmed($0) }
    }
}
