/// Applies edits of lines to a text. What no edit names stays as it is, byte for byte.
///
/// An edit whose number is wrong is moved to the one line that begins as it says, if there is just one. Each edit that
/// does not fit is a problem of its own, and the others are applied all the same.
package struct LineEditor {
    /// The most edits of one list.
    package static let editsMax = 200
    /// An anchor has to have as many bytes, blanks and marks apart, to tell one line from all others.
    static let movingAnchorMin = 8

    private let lines: [ArraySlice<UInt8>]
    private let folded: [String]
    private let firstLine: Int

    /// An editor for a text.
    ///
    /// - Parameter firstLine: the number of its first line, as the edits count.
    package init(_ text: String, firstLine: Int = 1) {
        lines = TokenTable.lines(of: text)
        folded = lines.map { Document.fold($0) }
        self.firstLine = firstLine
    }

    /// The lines from `first` to before `end`, counted from 0, give way to the new ones.
    private struct Change {
        var first: Int
        var end: Int
        var new: [String]
        var index: Int
    }

    /// The text after the edits.
    package func apply(_ edits: [LineEdit]) -> EditedText {
        var problems: [LineEditProblem] = []
        var changes: [Change] = []
        for (index, edit) in edits.enumerated() {
            do throws(LineEditProblem) {
                changes.append(try change(edit, index))
            } catch {
                problems.append(error)
            }
        }
        changes.sort { ($0.first, $0.end, $0.index) < ($1.first, $1.end, $1.index) }
        var fitting: [Change] = []
        for change in changes {
            if let last = fitting.last, last.end > change.first {
                let problem = "changes lines that edits[\(last.index)] changes, too; make one edit of both"
                problems.append(LineEditProblem(index: change.index, rule: .overlap, problem: problem))
            } else {
                fitting.append(change)
            }
        }
        return EditedText(
            text: text(after: fitting),
            applied: fitting.map { EditedText.Applied(index: $0.index, line: number(of: $0)) },
            problems: problems.sorted { $0.index < $1.index })
    }

    private func number(of change: Change) -> Int {
        max(firstLine, change.first + firstLine - (change.first == change.end ? 1 : 0))
    }

    // MARK: Where an edit belongs

    private func change(_ edit: LineEdit, _ index: Int) throws(LineEditProblem) -> Change {
        func fail(_ rule: LineEditProblem.Rule, _ problem: String) -> LineEditProblem {
            LineEditProblem(index: index, rule: rule, problem: problem)
        }
        guard index < Self.editsMax else {
            throw fail(.limit, "is one too many; the limit is \(Self.editsMax)")
        }
        let isInsertion = edit.action == .insertAfter
        let new = edit.action == .delete ? [] : Self.lines(ofNew: edit.text)
        if isInsertion, edit.firstLine == firstLine - 1 { return Change(first: 0, end: 0, new: new, index: index) }
        guard isInsertion || edit.lastLine >= edit.firstLine else {
            throw fail(
                .range,
                "ends with line \(edit.lastLine), before it begins with \(edit.firstLine); name the first and "
                    + "the last line")
        }
        let (span, overflow) = (isInsertion ? edit.firstLine : edit.lastLine)
            .subtractingReportingOverflow(edit.firstLine)
        let count = span.addingReportingOverflow(1).partialValue
        let last = firstLine + lines.count - 1
        guard !overflow, count >= 1, count <= lines.count else {
            throw fail(.range, "has more lines than there are; lines \(firstLine) to \(last) are there")
        }
        let start: Int
        do throws(AnchorMismatch) {
            start = try place(of: edit)
        } catch {
            throw fail(error.rule, error.problem)
        }
        guard start + count <= lines.count else {
            throw fail(
                .range, "ends with line \(start + count - 1 + firstLine); lines \(firstLine) to \(last) are there")
        }
        return isInsertion
            ? Change(first: start + 1, end: start + 1, new: new, index: index)
            : Change(first: start, end: start + count, new: new, index: index)
    }

    private struct AnchorMismatch: Error {
        var rule: LineEditProblem.Rule
        var problem: String
    }

    /// The first line of an edit, counted from 0.
    private func place(of edit: LineEdit) throws(AnchorMismatch) -> Int {
        let anchor = Document.fold(Self.withoutNumber(edit.anchor[...]).utf8)
        let (start, overflow) = edit.firstLine.subtractingReportingOverflow(firstLine)
        let isThere = !overflow && lines.indices.contains(start)
        // A line without letters has nothing to be known by.
        if isThere, folded[start].isEmpty ? anchor.isEmpty : !anchor.isEmpty && folded[start].hasPrefix(anchor) {
            return start
        }
        if anchor.utf8.count >= Self.movingAnchorMin {
            let places = folded.indices.filter { folded[$0].hasPrefix(anchor) }
            if places.count == 1 { return places[0] }
        }
        guard isThere else {
            let last = firstLine + lines.count - 1
            throw AnchorMismatch(
                rule: .range, problem: "begins at line \(edit.firstLine); lines \(firstLine) to \(last) are there")
        }
        let line = String(decoding: lines[start], as: UTF8.self).prefix { !$0.isNewline }
        throw AnchorMismatch(
            rule: .anchor,
            problem: "does not begin as line \(edit.firstLine) does; that line is '\(line.prefix(80))', so give its "
                + "first words as the anchor, or the number of the line that was meant")
    }

    // MARK: The new text

    /// Somebody who has seen numbered lines may write the numbers, too.
    private static func lines(ofNew text: String) -> [String] {
        var lines = text.utf8.split(separator: ASCII.newline, omittingEmptySubsequences: false).map { line in
            String(Substring(line.last == ASCII.carriageReturn ? line.dropLast() : line))
        }
        if lines.last?.isEmpty == true { lines.removeLast() }
        let bare = lines.map { withoutNumber($0[...]) }
        let areAllNumbered = zip(lines, bare).allSatisfy { $0.utf8.count > $1.utf8.count }
        return areAllNumbered ? bare : lines
    }

    /// Without `12 | ` at its beginning.
    private static func withoutNumber(_ line: Substring) -> String {
        let rest = line.utf8.drop(while: \.isBlank)
        let digits = rest.prefix(while: \.isASCIIDigit)
        let bar = rest.dropFirst(digits.count).drop(while: \.isBlank)
        guard !digits.isEmpty, bar.first == ASCII.pipe else { return String(line) }
        let text = bar.dropFirst()
        return String(Substring(text.first == ASCII.space ? text.dropFirst() : text))
    }

    private func text(after changes: [Change]) -> String {
        var bytes: [UInt8] = []
        var next = 0
        for change in changes {
            for line in lines[next..<change.first] { bytes += line }
            let end = lineEnd(near: change.first)
            if !change.new.isEmpty, bytes.last.map({ $0 != ASCII.newline }) == true { bytes += end }
            for line in change.new { bytes += Array(line.utf8) + end }
            next = change.end
        }
        for line in lines[next...] { bytes += line }
        // A text that had no line end at its end has none afterwards.
        if !changes.isEmpty, lines.last?.last != ASCII.newline, bytes.last == ASCII.newline {
            bytes.removeLast()
            if bytes.last == ASCII.carriageReturn { bytes.removeLast() }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// As the line there ends, or the one above it.
    private func lineEnd(near index: Int) -> [UInt8] {
        let near = [index, index - 1, 0].lazy.filter { lines.indices.contains($0) && lines[$0].last == ASCII.newline }
        guard let line = near.first.map({ lines[$0] }) else { return [ASCII.newline] }
        return line.dropLast().last == ASCII.carriageReturn
            ? [ASCII.carriageReturn, ASCII.newline] : [ASCII.newline]
    }
}
