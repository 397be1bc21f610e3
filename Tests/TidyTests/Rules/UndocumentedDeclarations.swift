import Testing

/// `public` is a promise to people who read only its documentation comment.
func undocumentedDeclarations(in file: SourceFile) -> [Violation] {
    guard file.isUnder("Sources"), file.fileExtension == "swift" else { return [] }
    return file.code.indices.compactMap { index in
        guard isPublicDeclaration(file.code[index]), !isDocumented(file, above: index) else { return nil }
        return Violation(file, line: index + 1, "public without a documentation comment")
    }
}

private func isPublicDeclaration(_ line: String) -> Bool {
    let words = line.split(separator: " ").drop { $0.hasPrefix("@") }
    guard let position = words.firstIndex(where: { $0 == "public" || $0 == "open" }) else { return false }
    let isDeclaration = words[..<position].allSatisfy { ["static", "final", "nonisolated", "override"].contains($0) }
    return isDeclaration && position + 1 < words.endIndex && !["import", "extension"].contains(words[position + 1])
}

/// Whether the nearest line above that is not an attribute belongs to a documentation comment.
private func isDocumented(_ file: SourceFile, above index: Int) -> Bool {
    let above = file.lines[..<index].reversed().map { $0.drop { $0 == " " } }
    guard let nearest = above.first(where: { !$0.hasPrefix("@") }) else { return false }
    return nearest.hasPrefix("///") || nearest.hasSuffix("*/")
}

struct UndocumentedDeclarationsTests {
    @Test func findsThoseWithoutAComment() {
        let text = """
            public import TuttiCore
            public struct A {
                /// Documented.
                @discardableResult
                public func b() -> Int { 1 }

                public private(set) var c = 1
                // Not for readers of the documentation.
                public let d = 2
                @inlinable public init() {}
                let e = "public var"
            }
            """
        #expect(undocumentedDeclarations(in: SourceFile("Sources/A.swift", text)).map(\.line) == [2, 7, 9, 10])
        #expect(undocumentedDeclarations(in: SourceFile("Tests/A.swift", text)).isEmpty)
    }
}
