import Testing

/// The C loop that the engine is measured against has to write what the engine writes.
struct BenchmarkStatementsTests {
    @Test func theLoopWritesWhatTheStoreWrites() throws {
        let loop = try #require(Tree.here.files.first { $0.path == "Benchmarks/journal-loop.c" })
        let store = Tree.here.files.filter { $0.isUnder("Sources/TuttiStoreSQLite") }
        let known = Set(store.flatMap { words(in: $0.lines.joined(separator: " ")) })
        for statement in statements(in: loop) where !statement.hasPrefix("insert into task") {
            let isKnown = known.contains(statement)
            #expect(isKnown, "no statement of the store is: \(statement)")
        }
        #expect(statements(in: loop).count >= 10)
    }

    /// The statements of the C file: neighbouring string literals belong together.
    private func statements(in file: SourceFile) -> [String] {
        var texts: [String] = []
        for line in file.lines.prefix(while: { !$0.hasPrefix("typedef struct") }) {
            if line.contains("static const char *const") { texts.append("") }
            guard !texts.isEmpty, let opening = line.firstIndex(of: "\"") else { continue }
            guard let closing = line.lastIndex(of: "\""), opening < closing else { continue }
            texts[texts.count - 1] += line[line.index(after: opening)..<closing] + " "
        }
        return texts.flatMap(words(in:)).filter { $0.contains(" ") }
    }

    /// Statements as they are whatever their layout: white space is one blank, and none is beside a parenthesis.
    private func words(in text: String) -> [String] {
        let quoted = text.split(separator: "\"").flatMap { $0.split(separator: ";") }
        return quoted.map { statement in
            statement.split(whereSeparator: \.isWhitespace).joined(separator: " ")
                .replacing("( ", with: "(").replacing(" )", with: ")")
        }
    }
}
