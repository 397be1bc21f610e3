/// Takes back questions whose gap the author has closed elsewhere.
struct ObsoleteQuestions {
    let document: Document

    /// - Parameter open: the keys of all findings that still stand.
    func remove(unless open: Set<String>, in changes: inout ChangeList) {
        let obsolete = document.questions.indices.filter { index in
            let question = document.questions[index]
            return !question.isAnswered && !question.keys.contains(where: open.contains)
        }
        guard !obsolete.isEmpty else { return }
        let gone = Set(obsolete)
        let items = Dictionary(grouping: document.blocks.filter { $0.isListItem && saysNothing($0) }, by: \.question)
        for index in obsolete { remove(index, items[index] ?? [], in: &changes) }
        for section in document.sections where section.isHidden {
            let markers = Set(section.blocks.compactMap { document.blocks[$0].question })
            guard !markers.isEmpty, markers.isSubset(of: gone), let heading = section.headingBlock else { continue }
            let lines = document.blocks[heading].lines
            changes.replace(bytes(lines.lowerBound..<behindBlanks(lines.upperBound)), with: "", edit: nil)
        }
    }

    /// Removes the marker and its questions; what the author has written among them stays.
    private func remove(_ index: Int, _ items: [Block], in changes: inout ChangeList) {
        let question = document.questions[index]
        changes.replace(
            bytes(question.line..<behindBlanks(question.line + 1)), with: "",
            edit: Edit(
                rule: question.code, line: question.line + 1, what: "took back a question",
                why: "the gap it asked about is closed elsewhere in the text"))
        for block in items {
            changes.replace(bytes(block.lines.lowerBound..<behindBlanks(block.lines.upperBound)), with: "", edit: nil)
        }
    }

    /// Nothing stands behind the question.
    private func saysNothing(_ block: Block) -> Bool {
        document.prose[block.prose].allSatisfy(\.isWhitespace)
    }

    private func behindBlanks(_ line: Int) -> Int {
        var line = line
        while line < document.lines.count && document.lines[line].isBlank && !isComment(line) { line += 1 }
        return line
    }

    /// A line that only holds a comment is blank for the parser, but not for us.
    private func isComment(_ line: Int) -> Bool {
        let range = document.lines[line]
        return !document.source[range.start..<range.end].allSatisfy(\.isBlank)
    }

    private func bytes(_ lines: Range<Int>) -> Range<Int> {
        let start = document.lines[lines.lowerBound].start
        let end =
            lines.upperBound < document.lines.count ? document.lines[lines.upperBound].start : document.source.count
        return start..<max(start, end)
    }
}
