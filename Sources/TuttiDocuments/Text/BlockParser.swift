/// Second pass: joins masked lines to blocks, and blanks the marks of headings, lists and quotations.
struct BlockParser {
    var bytes: [UInt8]
    var lines: [Line]
    /// Reads the text as it was before marks were blanked; never changed, so that it is never copied.
    let pattern: LinePattern
    let isCode: [Bool]
    let isFrontMatter: [Bool]
    var questions: [QuestionMarker]
    var blocks: [Block] = []
    /// Folded labels of reference definitions and of footnotes.
    var references: Set<String> = []
    var footnotes: Set<String> = []
    var hasMarkdownHeadings = false

    /// Question markers by line, for the pass.
    var markerAt: [Int: Int] = [:]
    var openMarker: Int?
    var inList = false
    var previousIsBlank = true
    let hasFence: Bool

    init(_ masker: LineMasker, questions: [QuestionMarker]) {
        bytes = masker.bytes
        pattern = LinePattern(bytes: masker.bytes)
        lines = masker.lines
        isCode = masker.isCode
        isFrontMatter = masker.isFrontMatter
        hasFence = masker.hasFence
        self.questions = questions
        for (index, marker) in questions.enumerated() { markerAt[marker.line] = index }
        blocks.reserveCapacity(lines.count / 2)
    }

    mutating func run() {
        hasMarkdownHeadings = lines.indices.contains { index in
            !isCode[index] && !isFrontMatter[index] && pattern.atxHeading(lines[index]) != nil
        }
        var index = 0
        while index < lines.count {
            if let marker = markerAt[index] { openMarker = marker }
            index = isFrontMatter[index] ? index + 1 : isCode[index] ? takeCode(index) : takeLine(index)
        }
        if !hasMarkdownHeadings { promotePlainHeadings() }
        resolveQuestions()
    }

    // MARK: - One line

    mutating func takeCode(_ index: Int) -> Int {
        var end = index
        while end < lines.count && isCode[end] { end += 1 }
        append(.code, index..<end, prose: 0..<0)
        previousIsBlank = false
        return end
    }

    mutating func takeLine(_ index: Int) -> Int {
        let quoted = stripQuote(index)
        let line = lines[index]
        guard !line.isBlank else {
            previousIsBlank = true
            return index + 1
        }
        defer { previousIsBlank = false }
        if let heading = pattern.atxHeading(line) { return takeATX(index, heading.level, heading.text) }
        if takeUnderline(index) { return index + 1 }
        if pattern.isThematicBreak(line) {
            append(.rule, index..<index + 1, prose: 0..<0)
            return index + 1
        }
        if isTableStart(index) { return takeTable(index) }
        if takeDefinition(index) { return index + 1 }
        if let marker = pattern.listMarker(line), !isWrappedNumber(index, marker) {
            takeListItem(index, marker, quoted)
        } else {
            takeText(index, quoted)
        }
        return index + 1
    }

    mutating func stripQuote(_ index: Int) -> Bool {
        var quoted = false
        while lines[index].first < lines[index].end, bytes[lines[index].first] == ASCII.greater,
            lines[index].indent < 4
        {
            bytes[lines[index].first] = ASCII.space
            lines[index].measureIndent(in: bytes)
            quoted = true
        }
        return quoted
    }

    mutating func takeATX(_ index: Int, _ level: Int, _ text: Range<Int>) -> Int {
        for at in lines[index].first..<text.lowerBound { bytes[at] = ASCII.space }
        append(.heading(level: level), index..<index + 1, prose: text)
        inList = false
        openMarker = nil
        return index + 1
    }

    /// A line of `===` or `---` right below a paragraph of one line makes that a heading.
    mutating func takeUnderline(_ index: Int) -> Bool {
        guard let level = pattern.underline(lines[index]), !previousIsBlank, let last = blocks.last,
            last.kind == .paragraph, last.lines == index - 1..<index, !last.isQuoted, !last.isInList
        else { return false }
        blocks[blocks.count - 1].kind = .heading(level: level)
        blocks[blocks.count - 1].lines = index - 1..<index + 1
        blocks[blocks.count - 1].question = nil
        hasMarkdownHeadings = true
        inList = false
        openMarker = nil
        return true
    }

    func isTableStart(_ index: Int) -> Bool {
        index + 1 < lines.count && !isCode[index + 1] && pattern.hasPipe(lines[index])
            && pattern.isTableSeparator(lines[index + 1])
    }

    mutating func takeTable(_ index: Int) -> Int {
        append(.tableHeader, index..<index + 1, prose: lines[index].first..<lines[index].end)
        var next = index + 2
        while next < lines.count, !isCode[next], !lines[next].isBlank, pattern.hasPipe(lines[next]) {
            append(.tableRow, next..<next + 1, prose: lines[next].first..<lines[next].end)
            next += 1
        }
        return next
    }

    mutating func takeDefinition(_ index: Int) -> Bool {
        guard let found = pattern.definition(lines[index]) else { return false }
        let label = Document.fold(bytes[found.label])
        guard found.isFootnote else {
            references.insert(label)
            append(.definition, index..<index + 1, prose: 0..<0)
            return true
        }
        footnotes.insert(label)
        for at in lines[index].first..<found.text { bytes[at] = ASCII.space }
        append(.paragraph, index..<index + 1, prose: found.text..<lines[index].end)
        return true
    }

    /// A number at the start of a line within a paragraph is text, unless it is the 1 that begins a list.
    func isWrappedNumber(_ index: Int, _ marker: LinePattern.ListMarker) -> Bool {
        guard marker.ordered, marker.number != 1, !previousIsBlank, let last = blocks.last else { return false }
        return last.kind == .paragraph
    }

    mutating func takeListItem(_ index: Int, _ marker: LinePattern.ListMarker, _ quoted: Bool) {
        let line = lines[index]
        for at in line.first..<min(marker.text, line.end) { bytes[at] = ASCII.space }
        append(.listItem(ordered: marker.ordered), index..<index + 1, prose: min(marker.text, line.end)..<line.end)
        let last = blocks.count - 1
        blocks[last].isQuoted = quoted
        blocks[last].indent = line.indent + (marker.text - line.first)
        inList = true
    }

    mutating func takeText(_ index: Int, _ quoted: Bool) {
        let line = lines[index]
        if isDiagram(line) { return takeDiagram(index) }
        if !previousIsBlank, let last = blocks.last, last.kind == .paragraph || last.isListItem {
            blocks[blocks.count - 1].lines = last.lines.lowerBound..<index + 1
            blocks[blocks.count - 1].prose = last.prose.lowerBound..<line.end
            return
        }
        let continuesList = inList && line.indent >= 2
        if !continuesList { inList = false }
        let codeIndent = continuesList ? (blocks.last { $0.isListItem }?.indent ?? 0) + 4 : 4
        if line.indent >= codeIndent && (hasMarkdownHeadings || hasFence) {
            append(.code, index..<index + 1, prose: 0..<0)
            return
        }
        append(.paragraph, index..<index + 1, prose: line.first..<line.end)
        blocks[blocks.count - 1].isQuoted = quoted
        blocks[blocks.count - 1].isInList = continuesList
        blocks[blocks.count - 1].indent = line.indent
    }

    /// An arrow or a box of a diagram whose fence was lost in copying.
    func isDiagram(_ line: Line) -> Bool {
        let text = pattern.bytes[line.first..<line.end]
        if Self.diagramWords.contains(where: { text.starts(with: $0) }) || hasBox(text) { return true }
        var dashes = 0
        for at in line.first..<line.end {
            if pattern.bytes[at] == ASCII.greater && dashes >= 2 { return true }
            dashes = pattern.bytes[at] == ASCII.dash ? dashes + 1 : 0
        }
        return false
    }

    private static let diagramWords: [[UInt8]] = ["subgraph ", "flowchart ", "sequenceDiagram", "classDef ", "%%{"]
        .map { Array($0.utf8) }

    /// `DB["Postgres"]`: a name with a quoted text in brackets, and nothing else on the line.
    private func hasBox(_ text: ArraySlice<UInt8>) -> Bool {
        let name = text.prefix { $0.isASCIIAlphanumeric || $0 == ASCII.underscore }
        return !name.isEmpty && name.count < 24
            && text.dropFirst(name.count).starts(with: [ASCII.openBracket, ASCII.quote])
    }

    mutating func takeDiagram(_ index: Int) {
        let belongs = !previousIsBlank && blocks.last?.kind == .paragraph
        guard belongs || !previousIsBlank && blocks.last?.kind == .code else {
            append(.code, index..<index + 1, prose: 0..<0)
            return
        }
        let last = blocks.count - 1
        blocks[last].kind = .code
        blocks[last].prose = 0..<0
        blocks[last].lines = blocks[last].lines.lowerBound..<index + 1
    }

    mutating func append(_ kind: Block.Kind, _ range: Range<Int>, prose: Range<Int>) {
        var block = Block(kind: kind, lines: range, prose: prose)
        if !block.isHeading && kind != .definition && kind != .rule { block.question = openMarker }
        blocks.append(block)
    }
}
