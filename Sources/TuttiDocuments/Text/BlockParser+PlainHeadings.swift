extension BlockParser {
    /// Where no Markdown heading exists, short lines with blank lines around them are headings when they are numbered,
    /// in capitals, in bold, begin with a picture, or say nothing but the name of a section.
    mutating func promotePlainHeadings() {
        let hasTitle = blocks.first.map { isAlone(0) && pattern.boldText(whole($0)) != nil } ?? false
        var hasPicture = false
        for index in blocks.indices where isAlone(index) {
            let line = whole(blocks[index])
            if let heading = pattern.plainHeading(line) {
                let isBelow = hasPicture && pattern.bytes[line.first].isASCIIDigit
                promote(index, level: heading.level + (isBelow ? 1 : 0), text: heading.text..<line.end)
            } else if let text = pattern.boldText(line), index + 1 < blocks.count {
                promote(index, level: index == 0 ? 1 : hasTitle ? 2 : 1, text: text)
            } else if let text = pattern.pictureHeading(line) {
                hasPicture = true
                promote(index, level: 1, text: text..<line.end)
            } else if let text = pattern.shortTitle(line), SectionRole.isWholePhrase(pattern.bytes[text]),
                opensText(index)
            {
                promote(index, level: 1, text: text)
            }
        }
    }

    /// Below a name of a section stands a text or a list, not the next scrap of a pasted page.
    private func opensText(_ index: Int) -> Bool {
        guard index + 1 < blocks.count else { return false }
        let next = blocks[index + 1]
        return next.kind != .paragraph || next.prose.count > Self.scrapMost
    }

    private static var scrapMost: Int { 60 }

    private func whole(_ block: Block) -> Line {
        let line = lines[block.lines.lowerBound]
        return Line(start: line.start, end: line.end, in: pattern.bytes)
    }

    private mutating func promote(_ index: Int, level: Int, text: Range<Int>) {
        blocks[index].kind = .heading(level: level)
        blocks[index].prose = text
        blocks[index].question = nil
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
