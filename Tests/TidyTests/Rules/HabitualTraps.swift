import Testing

private let traps = [
    "try!": "throw, or say in a precondition why it cannot fail",
    "as!": "use `as?` and say what happens otherwise",
    "fatalError()": "say what was expected",
    "preconditionFailure()": "say what was expected",
]

/// Traps that say nothing to whoever meets them.
func habitualTraps(in file: SourceFile) -> [Violation] {
    guard file.isUnder("Sources"), file.fileExtension == "swift" else { return [] }
    return file.code.enumerated().flatMap { index, line in
        traps.keys.sorted().filter { holds(line, $0) }.map { trap in
            Violation(file, line: index + 1, "\(trap): \(traps[trap, default: ""])")
        }
    }
}

private func holds(_ line: String, _ trap: String) -> Bool {
    line.ranges(of: trap).contains { range in
        guard range.lowerBound > line.startIndex else { return true }
        let before = line[line.index(before: range.lowerBound)]
        return !before.isLetter && before != "."
    }
}

struct HabitualTrapsTests {
    @Test func findsThemInCodeOnly() {
        let text = """
            let a = try! f()
            let b = c as! D
            // never try! this, nor has! that
            let e = "try! it"
            fatalError()
            fatalError("the queue was empty")
            """
        #expect(habitualTraps(in: SourceFile("Sources/A/B.swift", text)).map(\.line) == [1, 2, 5])
        #expect(habitualTraps(in: SourceFile("Tests/A/B.swift", text)).isEmpty)
    }
}
