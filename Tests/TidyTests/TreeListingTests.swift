import FoundationEssentials
import Testing

struct TreeListingTests {
    @Test func walksFoldersWhereThereIsNoGit() throws {
        let root = FileManager.default.temporaryDirectory.path + "/tidy-\(UInt64.random(in: 0 ... .max))/"
        defer { try? FileManager.default.removeItem(atPath: root) }
        for path in ["Sources/A/B.swift", ".build/x.o", "README.md"] {
            let folder = root + path.split(separator: "/").dropLast().joined(separator: "/")
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data("x\n".utf8).write(to: URL(filePath: root + path))
        }
        #expect(Tree.pathsFromFolders(root: root).sorted() == ["README.md", "Sources/A/B.swift"])
        #expect(Tree(root: root).files.map(\.path) == ["README.md", "Sources/A/B.swift"])
    }
}
