/// A parsed document: Markdown or plain text, read once and shared by every rule.
///
/// Parsing never fails: what is no known structure is a paragraph. It takes time and memory in proportion to the
/// length of the text, whatever the text is.
public struct Document: Sendable {
    /// The text as it was given.
    public let text: String
    /// How many words of prose the author has written: code, comments and questions of the moderator do not count.
    public let wordCount: Int
    /// Pieces between blanks, code and diagrams included, since some rules read those as well.
    let readableWordCount: Int

    /// The text with everything blanked that is no prose; same length as the text.
    let prose: [UInt8]
    let source: [UInt8]
    let lines: [Line]
    let blocks: [Block]
    let sections: [Section]
    let words: [Word]
    let sentences: [Sentence]
    let marks: [Mark]
    private let marksByTopic: [[Int]]
    let links: [Link]
    let imageCount: Int
    let comments: [Comment]
    let questions: [QuestionMarker]
    let silences: [SilenceDirective]
    let anchors: Set<String>
    let references: Set<String>
    let footnotes: Set<String>
    /// Roles of visible sections with content, and of labels (`Rollback: …`).
    let roles: Set<SectionRole>
    /// Headings are marked as in Markdown; else they were found in plain text.
    let usesMarkdownHeadings: Bool
    let isEnglish: Bool
    /// The closing fence that the text lacks.
    let missingFence: String?
    /// Index of the line from which all is code for want of it.
    let missingFenceLine: Int
    /// A comment is opened and never closed; whatever is added behind it might become part of it.
    let hasOpenComment: Bool

    /// Reads a text. A byte order mark and any kind of line break are understood.
    public init(text: String) {
        self.text = text
        source = Array(text.utf8)
        var masker = LineMasker(bytes: source)
        masker.run()
        comments = masker.comments
        missingFence = masker.openFence
        missingFenceLine = masker.openFenceLine
        hasOpenComment = masker.hasOpenComment
        silences = Array(masker.comments.lazy.compactMap(SilenceDirective.init).prefix(SilenceDirective.most))
        var parser = BlockParser(
            masker, questions: Array(masker.comments.lazy.compactMap(QuestionMarker.init).prefix(QuestionMarker.most)))
        parser.run()
        prose = parser.bytes
        lines = parser.lines
        questions = parser.questions
        references = parser.references
        footnotes = parser.footnotes
        usesMarkdownHeadings = parser.hasMarkdownHeadings

        var blocks = parser.blocks
        var scanner = InlineScanner(bytes: parser.bytes, lines: parser.lines)
        for index in blocks.indices { blocks[index].sentences = scanner.scan(blocks[index], index: index) }
        var builder = SectionBuilder(
            blocks: blocks, words: scanner.words, sentences: scanner.sentences, prose: parser.bytes,
            lines: parser.lines, added: Set(questions.indices.filter { parser.questions[$0].addedSection }))
        builder.run()
        var sentences = scanner.sentences
        var tagger = SentenceTagger(lexicon: .standard)
        var count = 0
        for index in sentences.indices {
            let isVisible = !builder.blocks[sentences[index].block].isHidden
            tagger.tag(&sentences[index], index: index, words: scanner.words, isVisible: isVisible)
            if isVisible { count += sentences[index].words.count }
        }
        self.blocks = builder.blocks
        sections = builder.sections
        roles = builder.roles
        anchors = builder.anchors.union(scanner.anchors)
        words = scanner.words
        self.sentences = sentences
        links = scanner.links
        imageCount = scanner.imageCount
        marks = tagger.marks
        marksByTopic = tagger.byTopic
        wordCount = count
        readableWordCount = Self.pieces(builder.blocks, parser.lines, source)
        isEnglish = Language.isEnglish(words: scanner.words, byTopic: tagger.byTopic)
    }

    /// Pieces between blanks that hold a letter or digit, questions apart.
    private static func pieces(_ blocks: [Block], _ lines: [Line], _ source: [UInt8]) -> Int {
        blocks.lazy.filter { !$0.isHidden && $0.question == nil }.flatMap(\.lines).reduce(0) {
            let line = lines[$1]
            return $0
                + source[line.first..<line.end].split(whereSeparator: \.isBlank)
                .count { $0.contains(where: \.isASCIIAlphanumeric) }
        }
    }

    /// The places where a topic's words stand, in the order of the text.
    func marks(of topic: Topic) -> [Int] { marksByTopic[Int(topic.rawValue)] }

    func speaks(of topic: Topic) -> Bool { !marks(of: topic).isEmpty }

    /// Lower case, with every run of blanks, line breaks and punctuation as one blank.
    static func fold(_ bytes: some Sequence<UInt8>) -> String {
        var folded: [UInt8] = []
        var pending = false
        for byte in bytes {
            if byte.isASCIIAlphanumeric || byte >= 0x80 {
                if pending && !folded.isEmpty { folded.append(ASCII.space) }
                pending = false
                folded.append(byte.asciiLowercased)
            } else {
                pending = true
            }
        }
        return String(decoding: folded, as: UTF8.self)
    }

    /// `caf%C3%A9` as `café`, for anchors that were copied from an address bar.
    static func decodePercent(_ text: String) -> String {
        var decoded: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(2)
            if byte == ASCII.percent, digits.count == 2,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            {
                decoded.append(value)
                rest = rest.dropFirst(2)
            } else {
                decoded.append(byte)
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }
}
