import Testing

/// A text file ends with a newline, and with one only. Documents under `Tests` are data and may end as they like.
func missingLastNewline(in file: SourceFile) -> [Violation] {
    guard file.isText, !file.bytes.isEmpty, file.isCode || !file.isUnder("Tests") else { return [] }
    if file.bytes.last != UInt8(ascii: "\n") { return [Violation(file, "no newline at its end")] }
    return file.bytes.suffix(2).elementsEqual([10, 10]) ? [Violation(file, "empty lines at its end")] : []
}

struct MissingLastNewlineTests {
    @Test func wantsExactlyOne() {
        #expect(missingLastNewline(in: SourceFile("a.md", "a")).count == 1)
        #expect(missingLastNewline(in: SourceFile("a.md", "a\n\n")).count == 1)
        #expect(missingLastNewline(in: SourceFile("a.md", "a\n")).isEmpty)
        #expect(missingLastNewline(in: SourceFile("a.md", "")).isEmpty)
    }
}
