/// Second pass: joins masked lines to blocks, and blanks the marks of headings, lists and quotations.
struct BlockParser {
    var bytes: [UInt8]
    var lines: [Line]
    /// Reads the text as it was before marks were blanked; never changed, so that it is never copied.
    private let pattern: LinePattern
    let isCode: [Bool]
    let isFrontMatter: [Bool]
    var questions: [QuestionMarker]
    var blocks: [Block] = []
    /// Folded labels of reference definitions and of footnotes.
    var references: Set<String> = []
    var footnotes: Set<String> = []
    var hasMarkdownHeadings = false

    /// Question markers by line, for the pass.
    private var markerAt: [Int: Int] = [:]
    private var openMarker: Int?
    private var inList = false
    private var previousIsBlank = true
    private let hasFence: Bool

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

    private mutating func takeCode(_ index: Int) -> Int {
        var end = index
        while end < lines.count && isCode[end] { end += 1 }
        append(.code, index..<end, prose: 0..<0)
        previousIsBlank = false
        return end
    }

    private mutating func takeLine(_ index: Int) -> Int {
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

    private mutating func stripQuote(_ index: Int) -> Bool {
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

    private mutating func takeATX(_ index: Int, _ level: Int, _ text: Range<Int>) -> Int {
        for at in lines[index].first..<text.lowerBound { bytes[at] = ASCII.space }
        append(.heading(level: level), index..<index + 1, prose: text)
        inList = false
        openMarker = nil
        return index + 1
    }

    /// A line of `===` or `---` right below a paragraph of one line makes that a heading.
    private mutating func takeUnderline(_ index: Int) -> Bool {
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

    private func isTableStart(_ index: Int) -> Bool {
        index + 1 < lines.count && !isCode[index + 1] && pattern.hasPipe(lines[index])
            && pattern.isTableSeparator(lines[index + 1])
    }

    private mutating func takeTable(_ index: Int) -> Int {
        append(.tableHeader, index..<index + 1, prose: lines[index].first..<lines[index].end)
        var next = index + 2
        while next < lines.count, !isCode[next], !lines[next].isBlank, pattern.hasPipe(lines[next]) {
            append(.tableRow, next..<next + 1, prose: lines[next].first..<lines[next].end)
            next += 1
        }
        return next
    }

    private mutating func takeDefinition(_ index: Int) -> Bool {
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
    private func isWrappedNumber(_ index: Int, _ marker: LinePattern.ListMarker) -> Bool {
        guard marker.ordered, marker.number != 1, !previousIsBlank, let last = blocks.last else { return false }
        return last.kind == .paragraph
    }

    private mutating func takeListItem(_ index: Int, _ marker: LinePattern.ListMarker, _ quoted: Bool) {
        let line = lines[index]
        for at in line.first..<min(marker.text, line.end) { bytes[at] = ASCII.space }
        append(.listItem(ordered: marker.ordered), index..<index + 1, prose: min(marker.text, line.end)..<line.end)
        let last = blocks.count - 1
        blocks[last].isQuoted = quoted
        blocks[last].indent = line.indent + (marker.text - line.first)
        inList = true
    }

    private mutating func takeText(_ index: Int, _ quoted: Bool) {
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

    /// An arrow of a diagram whose fence was lost in copying.
    private func isDiagram(_ line: Line) -> Bool {
        var dashes = 0
        for at in line.first..<line.end {
            if pattern.bytes[at] == ASCII.greater && dashes >= 2 { return true }
            dashes = pattern.bytes[at] == ASCII.dash ? dashes + 1 : 0
        }
        return false
    }

    private mutating func takeDiagram(_ index: Int) {
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

    private mutating func append(_ kind: Block.Kind, _ range: Range<Int>, prose: Range<Int>) {
        var block = Block(kind: kind, lines: range, prose: prose)
        if !block.isHeading && kind != .definition && kind != .rule { block.question = openMarker }
        blocks.append(block)
    }

    // MARK: - Headings of plain text

    /// Where no Markdown heading exists, short numbered or capital lines with blank lines around them are headings.
    private mutating func promotePlainHeadings() {
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
    private func isAlone(_ index: Int) -> Bool {
        let block = blocks[index]
        let line = block.lines.lowerBound
        guard block.lines.count == 1, block.kind == .paragraph || block.isListItem, !block.isQuoted,
            index + 1 < blocks.count, line == 0 || lines[line - 1].isBlank || isFrontMatter[line - 1],
            line + 1 < lines.count, lines[line + 1].isBlank
        else { return false }
        guard block.isListItem else { return true }
        return blocks[index + 1].kind != .listItem(ordered: true) || blocks[index + 1].indent > block.indent
    }

    // MARK: - Questions

    /// Finds out which questions have answers, blanks the questions, and hides what belongs to open ones.
    private mutating func resolveQuestions() {
        guard !questions.isEmpty else { return }
        endAtHeadings()
        var answers = Array(repeating: QuestionAnswers(), count: questions.count)
        for index in blocks.indices {
            guard let marker = blocks[index].question else { continue }
            let question = blocks[index].isListItem ? questionEnd(blocks[index].prose) : nil
            if let question { maskQuestion(index, upTo: question) }
            let says = blocks[index].kind == .code || !isPlaceholderOnly(blocks[index].prose)
            answers[marker].take(isQuestion: question != nil, says: says, isInList: belongsToItem(index))
            questions[marker].lines = questions[marker].lines.lowerBound..<blocks[index].lines.upperBound
        }
        for marker in questions.indices { questions[marker].isAnswered = answers[marker].areAnswered }
        for index in blocks.indices {
            guard let marker = blocks[index].question else { continue }
            blocks[index].isHidden = answers[marker].areOpen
        }
    }

    /// A heading ends what belongs to the marker above it; those of plain text were found late.
    private mutating func endAtHeadings() {
        var ended: Int?
        var current: Int?
        for index in blocks.indices {
            if blocks[index].isHeading { ended = current }
            current = blocks[index].question ?? current
            if blocks[index].question == ended { blocks[index].question = nil }
        }
    }

    private func belongsToItem(_ index: Int) -> Bool {
        blocks[index].isInList || lines[blocks[index].lines.lowerBound].indent >= 2
    }

    private mutating func maskQuestion(_ index: Int, upTo end: Int) {
        let prose = blocks[index].prose
        for at in prose.lowerBound..<end where bytes[at] != ASCII.newline && bytes[at] != ASCII.carriageReturn {
            bytes[at] = ASCII.space
        }
        blocks[index].prose = end..<prose.upperBound
    }

    /// The offset behind the question mark of `**Question:** …?`, where an item is one.
    private func questionEnd(_ prose: Range<Int>) -> Int? {
        let head = bytes[prose].prefix(24).filter { $0 != ASCII.star }
        guard head.starts(with: Array(QuestionText.lead.utf8)) else { return nil }
        return prose.first { bytes[$0] == ASCII.question }.map { $0 + 1 }
    }

    /// Nothing but `TBD`, `TODO`, dashes and the like: no answer.
    private func isPlaceholderOnly(_ prose: Range<Int>) -> Bool {
        guard prose.count <= 64 else { return false }
        let said = String(decoding: bytes[prose], as: UTF8.self).lowercased()
            .split { !$0.isLetter && !$0.isNumber }.joined(separator: " ")
        return QuestionText.emptyAnswers.contains(said)
    }
}

/// Counts what stands behind the questions of one marker.
private struct QuestionAnswers {
    private var questions = 0
    private var answered = 0
    private var lastIsAnswered = true
    private var answersAll = false

    mutating func take(isQuestion: Bool, says: Bool, isInList: Bool) {
        if isQuestion {
            questions += 1
            lastIsAnswered = false
        }
        guard says else { return }
        if !isQuestion && !isInList { answersAll = true }
        if !lastIsAnswered { answered += 1 }
        lastIsAnswered = true
    }

    /// Each question has an answer of its own, or a paragraph below the list answers them together.
    var areAnswered: Bool { questions > 0 && !areOpen }

    /// Without any question left, the author has replaced them by text of their own.
    var areOpen: Bool { questions > answered && !answersAll }
}
