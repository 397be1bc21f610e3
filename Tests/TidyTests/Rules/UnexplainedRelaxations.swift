import Testing

/// Where the compiler is told to trust us, a comment on the line or above it says what keeps it true.
func unexplainedRelaxations(in file: SourceFile) -> [Violation] {
    guard file.fileExtension == "swift" else { return [] }
    return file.code.enumerated().compactMap { index, line in
        let found = ["@unchecked Sendable", "nonisolated(unsafe)"].first { line.contains($0) }
        guard let found, !file.lines[index].contains("// "), !isCommented(file, above: index) else { return nil }
        return Violation(file, line: index + 1, "\(found) without a sentence that says what keeps it true")
    }
}

/// Whether the nearest line above that is not an attribute is a comment.
private func isCommented(_ file: SourceFile, above index: Int) -> Bool {
    let above = file.lines[..<index].reversed().map { $0.drop { $0 == " " } }
    guard let nearest = above.first(where: { !$0.hasPrefix("@") }) else { return false }
    return nearest.hasPrefix("//") || nearest.hasSuffix("*/")
}

struct UnexplainedRelaxationsTests {
    @Test func wantsASentenceAbove() {
        let text = """
            final class A: @unchecked Sendable {
            // Written once, before any thread starts.
            @safe
            final class B: @unchecked Sendable {
                nonisolated(unsafe) var a = 1
                nonisolated(unsafe) var b = 1  // guarded by the lock
            """
        #expect(unexplainedRelaxations(in: SourceFile("Sources/A.swift", text)).map(\.line) == [1, 5])
    }
}
