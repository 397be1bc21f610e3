import Testing

@testable import TuttiDocuments

@Suite("Edits of lines")
struct LineEditorTests {
    private static let text = "# Plan\n\nFirst line.\nSecond line.\nThird line.\n"

    private static func replace(_ lines: ClosedRange<Int>, _ anchor: String, _ text: String) -> LineEdit {
        LineEdit(action: .replace, firstLine: lines.lowerBound, lastLine: lines.upperBound, anchor: anchor, text: text)
    }

    private static func insert(after line: Int, _ anchor: String, _ text: String) -> LineEdit {
        LineEdit(action: .insertAfter, firstLine: line, lastLine: line, anchor: anchor, text: text)
    }

    // MARK: What does not fit

    static let misfits: [(LineEdit, LineEditProblem.Rule, String)] = [
        (replace(6...6, "x", "y"), .range, "edits[0] begins at line 6; lines 1 to 5 are there"),
        (replace(0...1, "# Plan", "y"), .range, "edits[0] begins at line 0; lines 1 to 5 are there"),
        (replace(4...7, "Second", "y"), .range, "edits[0] ends with line 7; lines 1 to 5 are there"),
        (
            replace(3...3, "Thirst", "y"), .anchor,
            "edits[0] does not begin as line 3 does; that line is 'First line.', so give its first words as the "
                + "anchor, or the number of the line that was meant"
        ),
        (
            replace(3...3, "", "y"), .anchor,
            "edits[0] does not begin as line 3 does; that line is 'First line.', so give its first words as the "
                + "anchor, or the number of the line that was meant"
        ),
        (
            LineEdit(action: .delete, firstLine: 4, lastLine: 3, anchor: "Second"), .range,
            "edits[0] ends with line 3, before it begins with 4; name the first and the last line"
        ),
        (
            LineEdit(action: .delete, firstLine: .min, lastLine: .max, anchor: "First"), .range,
            "edits[0] has more lines than there are; lines 1 to 5 are there"
        ),
        (insert(after: 9, "x", "y"), .range, "edits[0] begins at line 9; lines 1 to 5 are there"),
        (insert(after: .max, "x", "y"), .range, "edits[0] begins at line 9223372036854775807; lines 1 to 5 are there"),
    ]

    @Test(arguments: misfits) func areRefusedWithAReason(edit: LineEdit, rule: LineEditProblem.Rule, problem: String) {
        let edited = LineEditor(Self.text).apply([edit])
        #expect(edited.text == Self.text && edited.applied == [])
        #expect(edited.problems.map(\.rule) == [rule] && edited.problems.map(\.description) == [problem])
    }

    @Test func theOthersAreApplied() {
        let edited = LineEditor(Self.text).apply([
            Self.replace(3...4, "First", "One."), Self.replace(4...5, "Second", "Two."),
            Self.insert(after: 3, "First", "x"),
            Self.replace(5...5, "Third", "Three."),
        ])
        #expect(edited.text == "# Plan\n\nOne.\nThree.\n")
        #expect(edited.applied.map(\.index) == [0, 3] && edited.applied.map(\.line) == [3, 5])
        let problem = "changes lines that edits[0] changes, too; make one edit of both"
        #expect(edited.problems.map(\.problem) == [problem, problem])
        #expect(edited.problems.map(\.index) == [1, 2])
    }

    @Test func theirNumberIsBounded() {
        let edits = Array(repeating: Self.insert(after: 1, "# Plan", "x"), count: LineEditor.editsMax + 1)
        let edited = LineEditor(Self.text).apply(edits)
        #expect(edited.applied.count == 200)
        #expect(edited.problems.map(\.description) == ["edits[200] is one too many; the limit is 200"])
    }

    // MARK: What fits

    @Test(arguments: [
        (replace(3...3, "first", "1.\n2."), "# Plan\n\n1.\n2.\nSecond line.\nThird line.\n"),
        (replace(3...3, "First line.", "1.\n"), "# Plan\n\n1.\nSecond line.\nThird line.\n"),
        (replace(3...5, " 3 | First line.", ""), "# Plan\n\n"),
        (replace(2...2, "", "\nx\n"), "# Plan\n\nx\nFirst line.\nSecond line.\nThird line.\n"),
        (replace(3...4, "First", "3 | One.\n 4 | | Two."), "# Plan\n\nOne.\n| Two.\nThird line.\n"),
        (replace(3...3, "First", "3 | One.\nTwo."), "# Plan\n\n3 | One.\nTwo.\nSecond line.\nThird line.\n"),
        (insert(after: 0, "", "Top."), "Top.\n" + text), (insert(after: 5, "Third", "End."), text + "End.\n"),
        (insert(after: 1, "#  plan", "\n> Why?"), "# Plan\n\n> Why?\n\nFirst line.\nSecond line.\nThird line.\n"),
        (LineEdit(action: .delete, firstLine: 2, lastLine: 4, anchor: "", text: "not used"), "# Plan\nThird line.\n"),
    ]) func areApplied(edit: LineEdit, result: String) {
        let edited = LineEditor(Self.text).apply([edit])
        #expect(edited.problems == [])
        #expect(edited.text == result)
    }

    @Test func aWrongNumberIsMendedByAnAnchorThatIsThereOnce() {
        let edited = LineEditor(Self.text).apply([Self.replace(2...3, "Second line.", "One.")])
        #expect(edited.text == "# Plan\n\nFirst line.\nOne.\n")
        #expect(edited.applied == [EditedText.Applied(index: 0, line: 4)])
        let twice = LineEditor("Same words.\nSame words.\nx\n").apply([Self.replace(3...3, "Same words", "y")])
        #expect(twice.problems.map(\.rule) == [.anchor])
    }

    @Test func lineEndsStayAsTheyAre() {
        let edits = [Self.replace(1...1, "a", "x\ny"), Self.insert(after: 3, "c", "z")]
        #expect(LineEditor("a\r\nb\r\nc").apply(edits).text == "x\r\ny\r\nb\r\nc\r\nz")
        #expect(LineEditor("a\nb\nc").apply([Self.replace(3...3, "c", "z\n")]).text == "a\nb\nz")
        #expect(LineEditor("a\nb\nc").apply([]).text == "a\nb\nc")
        #expect(LineEditor("a").apply([LineEdit(action: .delete, firstLine: 1, lastLine: 1, anchor: "a")]).text == "")
        #expect(LineEditor("").apply([Self.insert(after: 0, "", "a")]).text == "a")
    }

    @Test func linesMayCountFromElsewhere() {
        let edited = LineEditor("a\nb\n", firstLine: 10).apply([
            Self.replace(11...11, "b", "B"), Self.insert(after: 9, "", "top"), Self.replace(1...1, "a", "A"),
        ])
        #expect(edited.text == "top\na\nB\n")
        #expect(edited.applied.map(\.line) == [10, 11])
        #expect(edited.problems.map(\.problem) == ["begins at line 1; lines 10 to 11 are there"])
    }

    /// What no edit names stays, whatever the edits are.
    @Test(arguments: 0..<200) func randomEditsNeverTouchOtherLines(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let count = Int.random(in: 1...12, using: &random)
        let end = seed % 2 == 0 ? "\n" : "\r\n"
        let text = (1...count).map { "line\($0) words" }.joined(separator: end) + (seed % 3 == 0 ? "" : end)
        let edits = (0..<Int.random(in: 0...5, using: &random)).map { _ in
            let first = Int.random(in: -1...count + 2, using: &random)
            return LineEdit(
                action: LineEdit.Action.allCases.randomElement(using: &random) ?? .replace, firstLine: first,
                lastLine: first + Int.random(in: -1...3, using: &random), anchor: "line\(first)", text: "new\nnew")
        }
        let edited = LineEditor(text).apply(edits)
        #expect(edited.applied.count + edited.problems.count == edits.count)
        var kept = Set(1...count)
        for applied in edited.applied where edits[applied.index].action != .insertAfter {
            kept.subtract(edits[applied.index].firstLine...edits[applied.index].lastLine)
        }
        let lines = edited.text.split(whereSeparator: \.isNewline).filter { $0 != "new" }
        #expect(lines.map(String.init) == kept.sorted().map { "line\($0) words" })
    }
}
