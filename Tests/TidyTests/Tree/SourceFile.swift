import FoundationEssentials

/// One file of the repository: where it is, and its text line by line.
struct SourceFile: Sendable {
    /// Path below the root of the repository, such as `Sources/TuttiCore/Digest.swift`.
    let path: String
    let bytes: [UInt8]
    /// The lines without their ends. A file that ends in a newline has no empty last line.
    let lines: [String]
    /// For Swift and C the lines with comments and the contents of strings blanked; else the lines as they are.
    let code: [String]

    init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
        lines = Self.split(bytes)
        let hasComments = ["swift", "c", "h"].contains(Self.fileExtension(of: path))
        code = hasComments ? Self.split(CodeBlanker.blank(bytes)) : lines
    }

    /// A made-up file, for the tests of the rules.
    init(_ path: String, _ text: String) {
        self.init(path: path, bytes: Array(text.utf8))
    }

    /// `swift` for `A/B.swift`; empty when the name has no dot after its first character.
    var fileExtension: String { Self.fileExtension(of: path) }
    var name: String { path.split(separator: "/").last.map(String.init) ?? path }
    var isText: Bool { !bytes.prefix(8_000).contains(0) }
    var isCode: Bool { ["swift", "c", "h", "sh"].contains(fileExtension) || isScript }
    /// Whether the first line names an interpreter.
    var isScript: Bool { bytes.starts(with: Array("#!".utf8)) }

    func isUnder(_ folders: String...) -> Bool {
        folders.contains { path.hasPrefix($0 + "/") }
    }

    private static func fileExtension(of path: String) -> String {
        let name = path.split(separator: "/").last ?? ""
        let parts = name.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count > 1 && !(parts.count == 2 && parts[0].isEmpty) ? String(parts[parts.count - 1]) : ""
    }

    private static func split(_ bytes: [UInt8]) -> [String] {
        var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        if lines.last == "" { lines.removeLast() }
        return lines
    }
}
