import FoundationEssentials
import Glibc

/// Every file of the repository that is tracked or would be.
struct Tree: Sendable {
    let files: [SourceFile]

    /// The repository that this file belongs to, read once.
    static let here = Tree(root: root)

    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .path()

    init(files: [SourceFile]) {
        self.files = files
    }

    init(root: String) {
        let listed = Self.pathsFromGit(root: root) ?? Self.pathsFromFolders(root: root)
        files = listed.sorted().compactMap { path in
            FileManager.default.contents(atPath: root + path).map { SourceFile(path: path, bytes: Array($0)) }
        }
    }

    /// Tracked files and new ones that are not ignored; nil where there is no git or no repository.
    private static func pathsFromGit(root: String) -> [String]? {
        let command = "git -C '\(root)' ls-files -z --cached --others --exclude-standard 2>/dev/null"
        guard let stream = unsafe popen(command, "r") else { return nil }
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe fread(&buffer, 1, buffer.count, stream)
            if count == 0 { break }
            output += buffer[..<count]
        }
        guard unsafe pclose(stream) == 0, !output.isEmpty else { return nil }
        return output.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// For a source archive: everything but the build folder.
    static func pathsFromFolders(root: String) -> [String] {
        var found: [String] = []
        var folders = [""]
        while let folder = folders.popLast() {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: root + folder)) ?? [] {
                let path = folder + name
                var isFolder = false
                guard FileManager.default.fileExists(atPath: root + path, isDirectory: &isFolder) else { continue }
                if !isFolder {
                    found.append(path)
                } else if ![".git", ".build", ".swiftpm"].contains(path) {
                    folders.append(path + "/")
                }
            }
        }
        return found
    }
}
