import Testing

private let rootFiles: Set<String> = [
    ".dockerignore", ".gitignore", ".swift-format", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile",
    "Package.swift", "README.md", "ROADMAP.md",
]

/// The folders of the house and what kind of file lives in each; "" is a file without an extension.
private let folders: [String: Set<String>] = [
    ".ci": [""],
    "Benchmarks": ["c", "go", "h", "swift", "md"],
    "Examples": ["md", "swift", "yaml", "json", "sh", "txt"],
    "Sources": ["swift", "c", "h", "modulemap"],
    "Tests": ["swift", "md", "json", "jsonl", "txt", "yaml", "labels", "py"],
    "deploy": ["", "json", "service", "yaml"],
    "docs": ["json", "md", "svg"],
    "policies": ["rego", "yaml"],
    "scripts": ["", "py"],
    "web": ["css", "html", "js", "json", "svg"],
]

/// Files in places, or of kinds, that the house does not have. A new kind is added to the table above.
func strayFiles(in file: SourceFile) -> [Violation] {
    let parts = file.path.split(separator: "/", maxSplits: 1)
    if parts.count == 1 {
        return rootFiles.contains(file.path) ? [] : [Violation(file, "the root folder has no place for it")]
    }
    if parts[0] == "Sources", file.path.contains(".docc/"), file.fileExtension == "md" { return [] }  // articles
    guard let kinds = folders[String(parts[0])] else { return [Violation(file, "the house has no such folder")] }
    return kinds.contains(file.fileExtension) ? [] : [Violation(file, "\(parts[0]) holds no files of this kind")]
}

struct StrayFilesTests {
    @Test(arguments: ["notes.txt", "Sources/Tutti/old.swift.orig", "Sources/A/README.md", "build/x.c", "docs/run"])
    func finds(path: String) {
        #expect(strayFiles(in: SourceFile(path, "")).count == 1)
    }

    @Test(arguments: [
        "README.md", "scripts/setup", "Sources/A/B/C.swift", "Sources/A/A.docc/A.md", ".ci/run",
        "docs/decisions/0001-why.md",
    ])
    func knows(path: String) {
        #expect(strayFiles(in: SourceFile(path, "")).isEmpty)
    }
}
