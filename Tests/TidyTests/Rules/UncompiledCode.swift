import Testing

/// The code of articles is code that is built and run: each block stands, line by line, in a file of the examples.
func uncompiledCode(in file: SourceFile, tree: Tree) -> [Violation] {
    guard file.isUnder("Sources"), file.path.contains(".docc/"), file.fileExtension == "md" else { return [] }
    let programs = tree.files.filter { $0.isUnder("Examples") && $0.fileExtension == "swift" }.map { trimmed($0.lines) }
    var violations: [Violation] = []
    var block: [String] = []
    var first: Int?
    for (index, line) in file.lines.enumerated() {
        if first == nil {
            if line == "```swift" { (first, block) = (index + 2, []) }
        } else if line == "```" {
            let code = trimmed(block)
            if !programs.contains(where: { $0.contains(code) }) {
                violations.append(Violation(file, line: first ?? 1, "code that is in no file of Examples"))
            }
            first = nil
        } else {
            block.append(String(line))
        }
    }
    return violations
}

/// Lines without their indentation, which an article may leave out.
private func trimmed(_ lines: some Sequence<some StringProtocol>) -> [String] {
    lines.map { String($0.drop { $0 == " " }) }
}

struct UncompiledCodeTests {
    private let program = SourceFile(
        "Examples/Sources/A/main.swift", "import Tutti\n\nfunc a() {\n    b()\n    c()\n}\n")

    @Test(arguments: ["b()\nc()", "    b()", "func a() {\n    b()"])
    func knows(code: String) {
        let article = SourceFile("Sources/Tutti/Tutti.docc/A.md", "# A\n\n```swift\n\(code)\n```\n")
        #expect(uncompiledCode(in: article, tree: Tree(files: [program, article])).isEmpty)
    }

    @Test(arguments: ["b()\nd()", "c()\nb()", "c() }"])
    func finds(code: String) {
        let article = SourceFile("Sources/Tutti/Tutti.docc/A.md", "# A\n\n```swift\n\(code)\n```\n")
        #expect(uncompiledCode(in: article, tree: Tree(files: [program, article])).map(\.line) == [4])
    }
}
