import Testing

/// Files of code that hold more than one idea can be told by their length.
func longFiles(in file: SourceFile) -> [Violation] {
    guard file.isCode, file.lines.count > 600 else { return [] }
    return [Violation(file, "\(file.lines.count) lines; what is its second idea?")]
}

struct LongFilesTests {
    @Test func sixHundredLinesAreEnough() {
        let lines = String(repeating: "x\n", count: 600)
        #expect(longFiles(in: SourceFile("A.swift", lines)).isEmpty)
        #expect(longFiles(in: SourceFile("A.swift", lines + "x\n")).count == 1)
        #expect(longFiles(in: SourceFile("A.md", lines + "x\n")).isEmpty)
    }
}
