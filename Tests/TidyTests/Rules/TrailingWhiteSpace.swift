import Testing

/// White space that nobody sees and every diff shows. Documents under `Tests` are data and may have it.
func trailingWhiteSpace(in file: SourceFile) -> [Violation] {
    guard file.isText, file.isCode || !file.isUnder("Tests") else { return [] }
    return file.lines.enumerated().filter { $0.element.last.map { " \t\r\r\n".contains($0) } ?? false }.map {
        index, _ in
        Violation(file, line: index + 1, "trailing white space")
    }
}

struct TrailingWhiteSpaceTests {
    @Test func findsSpacesTabsAndCarriageReturns() {
        let text = "a\nb \nc\t\nd\r\n\n"
        #expect(trailingWhiteSpace(in: SourceFile("docs/a.md", text)).map(\.line) == [2, 3, 4])
        #expect(trailingWhiteSpace(in: SourceFile("Tests/ATests/Corpus/a.md", text)).isEmpty)
    }
}
