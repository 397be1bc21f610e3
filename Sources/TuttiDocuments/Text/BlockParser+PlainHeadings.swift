extension BlockParser {
    /// Where no Markdown heading exists, short numbered or capital lines with blank lines around them are headings.
    mutating func promotePlainHeadings() {
        for index in blocks.indices where isAlone(index) {
            let line = lines[blocks[index].lines.lowerBound]
            let whole = Line(start: line.start, end: line.end, in: pattern.bytes)
            guard let heading = pattern.plainHeading(whole) else { continue }
            blocks[index].kind = .heading(level: heading.level)
            blocks[index].prose = heading.text..<line.end
            blocks[index].question = nil
        }
    }

    /// One line, blank lines around it, and text of another kind below: no item of a spaced-out list.
    func isAlone(_ index: Int) -> Bool {
        let block = blocks[index]
        let line = block.lines.lowerBound
        guard block.lines.count == 1, block.kind == .paragraph || block.isListItem, !block.isQuoted,
            index + 1 < blocks.count, line == 0 || lines[line - 1].isBlank || isFrontMatter[line - 1],
            line + 1 < lines.count, lines[line + 1].isBlank
        else { return false }
        guard block.isListItem else { return true }
        return blocks[index + 1].kind != .listItem(ordered: true) || blocks[index + 1].indent > block.indent
    }
}
