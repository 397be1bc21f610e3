import Testing

/// Full Foundation costs start-up time and megabytes in the one binary; `FoundationEssentials` has what we need.
func fullFoundation(in file: SourceFile) -> [Violation] {
    guard file.isUnder("Sources"), file.fileExtension == "swift" else { return [] }
    return file.code.enumerated().compactMap { index, line in
        let words = line.split(separator: " ")
        guard let position = words.firstIndex(of: "import"), position + 1 < words.count else { return nil }
        guard ["Foundation", "FoundationNetworking", "FoundationXML"].contains(words[position + 1]) else { return nil }
        return Violation(file, line: index + 1, "import FoundationEssentials instead")
    }
}

struct FullFoundationTests {
    @Test func findsEveryWayToImportIt() {
        let text = """
            import FoundationEssentials
            import Foundation
            public import Foundation
            // import Foundation
            import FoundationNetworking
            """
        #expect(fullFoundation(in: SourceFile("Sources/A/B.swift", text)).map(\.line) == [2, 3, 5])
        #expect(fullFoundation(in: SourceFile("Tests/A/B.swift", text)).isEmpty)
    }
}
