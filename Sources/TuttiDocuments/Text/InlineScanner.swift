/// Third pass: reads the prose of a block into words and sentences, and collects links.
///
/// One walk over the bytes; every look ahead either moves the walk on, is bounded by a named limit, or is remembered
/// as in vain, so that a text of a million brackets costs no more than any other.
struct InlineScanner {
    let bytes: [UInt8]
    let lines: [Line]
    var words: [Word] = []
    var sentences: [Sentence] = []
    var links: [Link] = []
    /// Anchors that HTML tags set.
    var anchors: Set<String> = []

    var imageCount = 0

    var block = 0
    var at = 0
    var end = 0
    var firstWord = 0
    var lineHint = 0
    var isCell = false
    var isHeading = false
    /// Open brackets: offset and number of words before; bounded by ``bracketLimit``.
    var brackets: [(offset: Int, words: Int)] = []
    /// By length of a run of backticks: no closing run in this block.
    var hasNoClosing: UInt32 = 0

    static let bracketLimit = 64
    static let tagLimit = 400
    static let labelLimit = 200
    static let destinationLimit = 2_000

    init(bytes: [UInt8], lines: [Line]) {
        self.bytes = bytes
        self.lines = lines
        words.reserveCapacity(bytes.count / 6)
        sentences.reserveCapacity(bytes.count / 80)
    }

    /// Reads one block; answers which sentences it has.
    mutating func scan(_ block: Block, index: Int) -> Range<Int> {
        let firstSentence = sentences.count
        self.block = index
        at = block.prose.lowerBound
        end = block.prose.upperBound
        isCell = block.isTable
        isHeading = block.isHeading
        firstWord = words.count
        brackets.removeAll(keepingCapacity: true)
        hasNoClosing = 0
        while at < end { step() }
        closeSentence(at: end, isQuestion: false)
        return firstSentence..<sentences.count
    }

    mutating func step() {
        let byte = bytes[at]
        switch byte {
        case ASCII.newline:
            if endsAtLineBreak() { closeSentence(at: at, isQuestion: false) }
            at += 1
        case ASCII.backslash: at += 1 + (at + 1 < end && !bytes[at + 1].isASCIIAlphanumeric ? 1 : 0)
        case ASCII.backtick: scanCode()
        case ASCII.less: scanTag()
        case ASCII.openBracket: openBracket()
        case ASCII.closeBracket: closeBracket()
        case ASCII.pipe where isCell:
            closeSentence(at: at, isQuestion: false)
            at += 1
        case ASCII.dot, ASCII.bang, ASCII.question: endMark(byte)
        default: scanWordOrSkip(byte)
        }
    }

    // MARK: - Sentences

    mutating func closeSentence(at offset: Int, isQuestion: Bool) {
        defer { firstWord = words.count }
        guard words.count > firstWord else { return }
        let start = Int(words[firstWord].start)
        words[firstWord].shape.insert(.opensSentence)
        sentences.append(
            Sentence(
                words: firstWord..<words.count, bytes: start..<max(offset, Int(words[words.count - 1].end)),
                line: line(of: start), block: block, isQuestion: isQuestion))
    }

    /// 1-based; offsets come in rising order, so the search goes on where the last one ended.
    mutating func line(of offset: Int) -> Int {
        while lineHint + 1 < lines.count && lines[lineHint + 1].start <= offset { lineHint += 1 }
        while lineHint > 0 && lines[lineHint].start > offset { lineHint -= 1 }
        return lineHint + 1
    }

    mutating func endMark(_ mark: UInt8) {
        if mark == ASCII.question, at + 2 < end, bytes[at + 1] == mark, bytes[at + 2] == mark {
            appendWord(at..<at + 3, kind: .word)
            at += 3
            return
        }
        noteAfter(mark)
        at += 1
        guard !isHeading else { return }
        var next = at
        while next < end, Self.closers.contains(bytes[next]) { next += 1 }
        guard next >= end || bytes[next].isWhitespace || bytes[next] == ASCII.openBracket else { return }
        guard mark != ASCII.dot || !isAbbreviation(before: next) else { return }
        closeSentence(at: at, isQuestion: mark == ASCII.question)
    }

    static let closers: Set<UInt8> = [
        ASCII.quote, ASCII.apostrophe, ASCII.closeParen, ASCII.star, ASCII.underscore, ASCII.closeBracket, ASCII.dot,
        ASCII.bang, ASCII.question,
    ]

    /// Who begins a sentence with a small letter does so with the next one too.
    private func isWrittenSmall(_ last: Word) -> Bool {
        let first = words[firstWord]
        return first.kind == .word && bytes[Int(first.start)].isASCIILower && last.kind == .word
            && last.end - last.start >= 3
    }

    func isAbbreviation(before offset: Int) -> Bool {
        guard words.count > firstWord, let last = words.last, Int(last.end) == at - 1 else { return false }
        var next = offset
        while next < end && bytes[next].isWhitespace { next += 1 }
        guard next < end else { return false }
        if Abbreviations.neverEnd.contains(last.key) { return true }
        if bytes[next].isASCIILower { return !isWrittenSmall(last) || Abbreviations.mayEnd.contains(last.key) }
        if Abbreviations.mayEnd.contains(last.key) { return !bytes[next].isASCIIUpper }
        return last.end - last.start == 1 && last.shape.contains(.capitalised) && words.count > firstWord + 1
    }

    /// Hard breaks and lines that begin with a label (`Owner: …`, `**Status:** …`) start a sentence of their own.
    func endsAtLineBreak() -> Bool {
        var before = at
        if before > 0 && bytes[before - 1] == ASCII.carriageReturn { before -= 1 }
        if before >= 2 && bytes[before - 1] == ASCII.space && bytes[before - 2] == ASCII.space { return true }
        if before >= 1 && bytes[before - 1] == ASCII.backslash { return true }
        var next = at + 1
        while next < end && bytes[next].isBlank { next += 1 }
        while next < end && bytes[next] == ASCII.star { next += 1 }
        guard next < end, bytes[next].isASCIIUpper else { return false }
        let limit = min(end, next + 32)
        while next < limit {
            let byte = bytes[next]
            if byte == ASCII.colon {
                return next + 1 >= end || bytes[next + 1].isWhitespace || bytes[next + 1] == ASCII.star
            }
            guard byte.isASCIIAlphanumeric || byte == ASCII.space || byte == ASCII.dash || byte == ASCII.star
            else { return false }
            next += 1
        }
        return false
    }

    mutating func noteAfter(_ mark: UInt8) {
        guard words.count > firstWord, words[words.count - 1].after == 0 else { return }
        words[words.count - 1].after = mark
    }
}
