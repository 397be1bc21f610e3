import Testing

/// A test that expects nothing passes whatever happens.
func testsWithoutExpectation(in file: SourceFile) -> [Violation] {
    guard file.isUnder("Tests"), file.fileExtension == "swift" else { return [] }
    let isTest = file.code.contains { $0.contains("@Test") }
    let expects = file.code.contains { line in
        ["#expect", "#require", "Issue.record", "confirmation("].contains { line.contains($0) }
    }
    return isTest && !expects ? [Violation(file, "has tests and no expectation")] : []
}

struct TestsWithoutExpectationTests {
    @Test func looksAtCodeOnly() {
        let none = "@Test func runs() { _ = f() }  // #expect nothing\n"
        #expect(testsWithoutExpectation(in: SourceFile("Tests/A/B.swift", none)).count == 1)
        #expect(testsWithoutExpectation(in: SourceFile("Tests/A/B.swift", none + "#expect(a)\n")).isEmpty)
        #expect(testsWithoutExpectation(in: SourceFile("Tests/A/Fake.swift", "struct Fake {}\n")).isEmpty)
    }
}
