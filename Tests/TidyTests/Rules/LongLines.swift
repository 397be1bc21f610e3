import Testing

/// Lines over 120 columns. Prose in Markdown is as long as it likes.
func longLines(in file: SourceFile) -> [Violation] {
    guard file.isCode || file.name == "Makefile" else { return [] }
    return file.lines.enumerated().filter { $0.element.count > 120 }.map { index, line in
        Violation(file, line: index + 1, "\(line.count) columns")
    }
}

struct LongLinesTests {
    @Test func countsCharactersNotBytes() {
        let just = String(repeating: "ü", count: 120)
        let file = SourceFile("A.swift", "let a = 1\n\(just)x\n\(just)\n")
        #expect(longLines(in: file).map(\.line) == [2])
    }

    @Test func leavesProseAlone() {
        #expect(longLines(in: SourceFile("A.md", String(repeating: "x", count: 200))).isEmpty)
    }
}
