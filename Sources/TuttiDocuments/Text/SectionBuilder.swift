/// Last pass: the tree of sections, their anchors and purposes.
struct SectionBuilder {
    var blocks: [Block]
    let words: [Word]
    let sentences: [Sentence]
    let prose: [UInt8]
    let lines: [Line]
    var sections: [Section] = []
    var anchors: Set<String> = []
    var roles: Set<SectionRole> = []

    /// Question markers that came with a heading.
    let added: Set<Int>

    private var seen: [String: Int] = [:]
    private var open: [Int] = []
    private static let titleLimit = 200
    private static let labelWordLimit = 4

    init(blocks: [Block], words: [Word], sentences: [Sentence], prose: [UInt8], lines: [Line], added: Set<Int>) {
        self.blocks = blocks
        self.words = words
        self.sentences = sentences
        self.prose = prose
        self.lines = lines
        self.added = added
    }

    mutating func run() {
        sections = [
            Section(
                title: "", level: 0, line: 1, lines: 0..<lines.count, blocks: 0..<0, parent: nil, headingBlock: nil,
                path: "", anchor: "", roles: [])
        ]
        for index in blocks.indices {
            if case .heading(let level) = blocks[index].kind { start(level, at: index) }
            blocks[index].section = sections.count - 1
            let own = sections[sections.count - 1].blocks
            let first = own.isEmpty && sections.count > 1 ? own.lowerBound : min(own.lowerBound, index)
            sections[sections.count - 1].blocks = first..<index + 1
        }
        close(downTo: 0, at: lines.count)
        sections[0].lines = 0..<(sections.count > 1 ? sections[1].lines.lowerBound : lines.count)
        markContent()
        hideQuestions()
        collectRoles()
    }

    private mutating func start(_ level: Int, at index: Int) {
        let line = blocks[index].lines.lowerBound
        close(downTo: level, at: line)
        var title = text(of: blocks[index].prose)
        let explicit = Anchors.explicit(in: title)
        if let explicit { title = explicit.title }
        let parent = open.last
        let above = parent.map { sections[$0].path } ?? ""
        // The document's title says nothing about a place in it.
        let path = parent.map { sections[$0].level == 1 && open.count == 1 } ?? true ? title : above + " › " + title
        sections.append(
            Section(
                title: title, level: level, line: line + 1, lines: line..<lines.count, blocks: index..<index,
                parent: parent, headingBlock: index, path: path, anchor: explicit?.anchor ?? "",
                roles: SectionRole.named(by: headingWords(index))))
        open.append(sections.count - 1)
    }

    private func headingWords(_ index: Int) -> ArraySlice<Word> {
        let range = blocks[index].sentences
        guard let first = range.first, let last = range.last else { return [] }
        return words[sentences[first].words.lowerBound..<sentences[last].words.upperBound]
    }

    /// Ends every open section of this level or a deeper one.
    private mutating func close(downTo level: Int, at line: Int) {
        while let last = open.last, sections[last].level >= level {
            sections[last].lines = sections[last].lines.lowerBound..<line
            open.removeLast()
        }
    }

    private func text(of range: Range<Int>) -> String {
        let kept = prose[range].prefix(Self.titleLimit).filter { $0 != ASCII.star && $0 != ASCII.backtick }
        var title = String(decoding: kept, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if title.hasPrefix("["), let close = title.firstIndex(of: "]") {
            title = String(title[title.index(after: title.startIndex)..<close])
        }
        return title
    }

    private mutating func markContent() {
        for index in sections.indices.reversed() {
            let own = sections[index].blocks
            sections[index].hasBody = own.contains { block in
                !blocks[block].isHeading && !blocks[block].isHidden && blocks[block].kind != .rule
                    && blocks[block].kind != .definition
            }
            if sections[index].hasBody { sections[index].hasContent = true }
            if sections[index].hasContent, let parent = sections[index].parent { sections[parent].hasContent = true }
        }
    }

    /// A section that holds nothing but open questions was added by the moderator.
    private mutating func hideQuestions() {
        for index in sections.indices.dropFirst() {
            let isAdded = sections[index].blocks.contains { blocks[$0].question.map(added.contains) ?? false }
            sections[index].isHidden = isAdded && !sections[index].hasContent
            guard sections[index].isHidden, let heading = sections[index].headingBlock else { continue }
            blocks[heading].isHidden = true
        }
    }

    private mutating func collectRoles() {
        for index in sections.indices.dropFirst() where !sections[index].isHidden {
            let slug = Anchors.slug(sections[index].title)
            if !sections[index].anchor.isEmpty { anchors.insert(sections[index].anchor.lowercased()) }
            sections[index].anchor = Anchors.unique(slug, &seen)
            anchors.insert(sections[index].anchor)
            if sections[index].hasContent { roles.formUnion(sections[index].roles) }
        }
        for sentence in sentences where !blocks[sentence.block].isHeading && !blocks[sentence.block].isHidden {
            if let label = label(of: sentence) { roles.formUnion(SectionRole.named(by: label)) }
        }
    }

    private func starFollows(_ word: Word) -> Bool {
        let end = Int(word.end)
        return prose[min(end, prose.count)..<min(end + 2, prose.count)].contains(ASCII.star)
    }

    /// `**Rollback:** …`, `Rollback: …`, or the first cell of a row: a section in small.
    private func label(of sentence: Sentence) -> ArraySlice<Word>? {
        let limit = min(sentence.words.upperBound, sentence.words.lowerBound + Self.labelWordLimit)
        guard words[sentence.words.lowerBound].shape.contains(.capitalised) else { return nil }
        for position in sentence.words.lowerBound..<limit {
            let word = words[position]
            let isBold = words[sentence.words.lowerBound].before == ASCII.star && starFollows(word)
            if word.after == ASCII.colon || isBold { return words[sentence.words.lowerBound...position] }
        }
        if sentence.isQuestion && words[sentence.words.lowerBound].before == ASCII.star { return words[sentence.words] }
        guard blocks[sentence.block].kind == .tableRow, sentence.words.count <= Self.labelWordLimit,
            blocks[sentence.block].sentences.first.map({ sentences[$0].words == sentence.words }) == true
        else { return nil }
        return words[sentence.words]
    }
}
