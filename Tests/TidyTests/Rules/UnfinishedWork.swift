import Testing

private let words = [["TO", "DO"], ["FIX", "ME"], ["XX", "X"]].map { $0.joined() }
/// The rulebook looks for these words in documents, so it, its tests and its documents have to name them.
private let exempt = ["Sources/TuttiDocuments", "Tests/TuttiDocumentsTests", "Examples"]

/// Notes to oneself. Work that is left is an issue, or is done.
func unfinishedWork(in file: SourceFile) -> [Violation] {
    let isData = file.isUnder("Tests") && !file.isCode
    guard file.isText, !isData, file.path != "docs/rules.md", !exempt.contains(where: { file.isUnder($0) }) else {
        return []
    }
    return file.lines.enumerated().flatMap { index, line in
        words.filter { hasWord($0, in: line) }.map { Violation(file, line: index + 1, "says \($0)") }
    }
}

private func hasWord(_ word: String, in line: String) -> Bool {
    line.ranges(of: word).contains { range in
        let before = range.lowerBound > line.startIndex ? line[line.index(before: range.lowerBound)] : " "
        let after = range.upperBound < line.endIndex ? line[range.upperBound] : " "
        return !before.isLetter && !before.isNumber && !after.isLetter && !after.isNumber
    }
}

struct UnfinishedWorkTests {
    private let note = "let a = 1\n// \(words[0]): more\nlet X\(words[2])L = 2\n"

    @Test func findsWholeWords() {
        #expect(unfinishedWork(in: SourceFile("Sources/A/B.swift", note)).map(\.line) == [2])
    }

    @Test(arguments: ["Sources/TuttiDocuments/A.swift", "docs/rules.md", "Examples/a.md", "Tests/A/Corpus/poor.md"])
    func leavesTheRulebookAlone(path: String) {
        #expect(unfinishedWork(in: SourceFile(path, note)).isEmpty)
    }
}
