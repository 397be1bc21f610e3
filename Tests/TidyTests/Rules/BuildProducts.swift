import Testing

private let builtExtensions: Set<String> = [
    "a", "d", "db", "dia", "gcda", "gcno", "o", "orig", "profraw", "rej", "so", "sqlite", "sqlite3", "swiftdeps",
    "swiftdoc", "swiftmodule", "swo", "swp",
]
private let builtFolders = [".build/", ".swiftpm/", "DerivedData/"]
private let executableMagic: [[UInt8]] = [
    [0x7F, 0x45, 0x4C, 0x46], Array("!<arch>".utf8), Array("SQLite format 3".utf8),
]

/// What a compiler, an editor or a run leaves behind.
func buildProducts(in file: SourceFile) -> [Violation] {
    let isBuilt =
        builtExtensions.contains(file.fileExtension) || builtFolders.contains { file.path.contains($0) }
        || ["-wal", "-shm", "~", ".DS_Store"].contains { file.path.hasSuffix($0) }
        || executableMagic.contains { file.bytes.starts(with: $0) }
    return isBuilt ? [Violation(file, "looks built or left behind; it belongs in .gitignore")] : []
}

struct BuildProductsTests {
    @Test(arguments: [".build/x/y.json", "Sources/A/a.o", "tutti.db-wal", "Sources/A/B.swift~"])
    func finds(path: String) {
        #expect(buildProducts(in: SourceFile(path, "")).count == 1)
    }

    @Test func findsExecutablesByTheirFirstBytes() {
        let program = SourceFile(path: "scripts/tool", bytes: [0x7F, 0x45, 0x4C, 0x46, 2])
        #expect(buildProducts(in: program).count == 1)
        #expect(buildProducts(in: SourceFile("scripts/tool", "#!/bin/sh\n")).isEmpty)
    }
}
