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

    private var block = 0
    private var at = 0
    private var end = 0
    private var firstWord = 0
    private var lineHint = 0
    private var isCell = false
    private var isHeading = false
    /// Open brackets: offset and number of words before; bounded by ``bracketLimit``.
    private var brackets: [(offset: Int, words: Int)] = []
    /// By length of a run of backticks: no closing run in this block.
    private var hasNoClosing: UInt32 = 0

    private static let bracketLimit = 64
    private static let tagLimit = 400
    private static let labelLimit = 200
    private static let destinationLimit = 2_000

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

    private mutating func step() {
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

    private mutating func closeSentence(at offset: Int, isQuestion: Bool) {
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
    private mutating func line(of offset: Int) -> Int {
        while lineHint + 1 < lines.count && lines[lineHint + 1].start <= offset { lineHint += 1 }
        while lineHint > 0 && lines[lineHint].start > offset { lineHint -= 1 }
        return lineHint + 1
    }

    private mutating func endMark(_ mark: UInt8) {
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

    private static let closers: Set<UInt8> = [
        ASCII.quote, ASCII.apostrophe, ASCII.closeParen, ASCII.star, ASCII.underscore, ASCII.closeBracket, ASCII.dot,
        ASCII.bang, ASCII.question,
    ]

    private func isAbbreviation(before offset: Int) -> Bool {
        guard words.count > firstWord, let last = words.last, Int(last.end) == at - 1 else { return false }
        var next = offset
        while next < end && bytes[next].isWhitespace { next += 1 }
        guard next < end else { return false }
        if Abbreviations.neverEnd.contains(last.key) { return true }
        if bytes[next].isASCIILower { return true }
        if Abbreviations.mayEnd.contains(last.key) { return !bytes[next].isASCIIUpper }
        return last.end - last.start == 1 && last.shape.contains(.capitalised) && words.count > firstWord + 1
    }

    /// Hard breaks and lines that begin with a label (`Owner: …`, `**Status:** …`) start a sentence of their own.
    private func endsAtLineBreak() -> Bool {
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

    private mutating func noteAfter(_ mark: UInt8) {
        guard words.count > firstWord, words[words.count - 1].after == 0 else { return }
        words[words.count - 1].after = mark
    }

    // MARK: - Code, tags, links

    private mutating func scanCode() {
        var open = at
        while open < end && bytes[open] == ASCII.backtick { open += 1 }
        let length = open - at
        guard length < 32, hasNoClosing & (1 << UInt32(length)) == 0, let close = closingTicks(length, from: open)
        else {
            if length < 32 { hasNoClosing |= 1 << UInt32(length) }
            at = open
            return
        }
        appendWord(at..<close, kind: .code)
        at = close
    }

    private func closingTicks(_ length: Int, from start: Int) -> Int? {
        var scan = start
        while scan < end {
            guard bytes[scan] == ASCII.backtick else { scan += 1; continue }
            let run = scan
            while scan < end && bytes[scan] == ASCII.backtick { scan += 1 }
            if scan - run == length { return scan }
        }
        return nil
    }

    private mutating func scanTag() {
        let start = at
        at += 1
        guard at < end, bytes[at].isASCIILetter || bytes[at] == ASCII.slash else { return }
        var close = at
        let limit = min(end, at + Self.tagLimit)
        while close < limit && bytes[close] != ASCII.greater && bytes[close] != ASCII.less { close += 1 }
        guard close < limit, bytes[close] == ASCII.greater else { return }
        collectAnchor(at..<close)
        if bytes[at..<close].contains(ASCII.colon) && !bytes[at..<close].contains(ASCII.space) {
            appendWord(start..<close + 1, kind: .code)
        }
        at = close + 1
    }

    /// `<a name="x">`, `<a id="x">`, `<div id='x'>`.
    private mutating func collectAnchor(_ range: Range<Int>) {
        let text = String(decoding: bytes[range], as: UTF8.self)
        for part in text.split(separator: " ").dropFirst() {
            guard let equals = part.firstIndex(of: "="), ["id", "name"].contains(part[..<equals]) else { continue }
            anchors.insert(part[part.index(after: equals)...].filter { $0 != "\"" && $0 != "'" }.lowercased())
        }
    }

    private mutating func openBracket() {
        if at + 1 < end && bytes[at + 1] == ASCII.caret, let close = shortClose(from: at + 2) {
            addLink(.footnote(Document.fold(bytes[(at + 2)..<close])), at)
            at = close + 1
            return
        }
        if brackets.count < Self.bracketLimit { brackets.append((at, words.count)) }
        at += 1
    }

    /// The closing bracket of a label that begins here.
    private func shortClose(from start: Int) -> Int? {
        var scan = start
        let limit = min(end, start + Self.labelLimit)
        while scan < limit {
            if bytes[scan] == ASCII.closeBracket { return scan > start ? scan : nil }
            if bytes[scan] == ASCII.openBracket { return nil }
            scan += 1
        }
        return nil
    }

    private mutating func closeBracket() {
        let close = at
        at += 1
        guard let open = brackets.popLast() else { return }
        guard at < end else { return }
        if bytes[at] == ASCII.openParen {
            guard let stop = destinationEnd(from: at + 1) else { return }
            finishLink(open, destination: (at + 1)..<stop)
            at = stop + 1
        } else if bytes[at] == ASCII.openBracket {
            let isCollapsed = at + 1 < end && bytes[at + 1] == ASCII.closeBracket
            guard let stop = isCollapsed ? at + 1 : shortClose(from: at + 1) else { return }
            let label = isCollapsed ? (open.offset + 1)..<close : (at + 1)..<stop
            let isIndexing = open.offset > 0 && bytes[open.offset - 1].isASCIIAlphanumeric
            if !isIndexing && words.count > open.words {
                addLink(.label(Document.fold(bytes[label])), open.offset)
                markLinked(open.words)
            }
            at = stop + 1
        }
    }

    private mutating func finishLink(_ open: (offset: Int, words: Int), destination: Range<Int>) {
        if open.offset > 0 && bytes[open.offset - 1] == ASCII.bang {
            imageCount += 1
            words.removeLast(words.count - max(open.words, firstWord))
            return
        }
        markLinked(open.words)
        guard let first = destination.first, bytes[first] == ASCII.hash else { return }
        let text = bytes[(first + 1)..<destination.upperBound].prefix { !$0.isWhitespace }
        addLink(.anchor(String(decoding: text, as: UTF8.self).lowercased()), open.offset)
    }

    private mutating func markLinked(_ from: Int) {
        for index in max(from, firstWord)..<max(from, words.count, firstWord) { words[index].shape.insert(.linked) }
    }

    private func destinationEnd(from start: Int) -> Int? {
        var depth = 0
        var scan = start
        let limit = min(end, start + Self.destinationLimit)
        while scan < limit {
            switch bytes[scan] {
            case ASCII.openParen: depth += 1
            case ASCII.closeParen:
                if depth == 0 { return scan }
                depth -= 1
            case ASCII.openBracket, ASCII.closeBracket, ASCII.newline: return nil
            default: break
            }
            scan += 1
        }
        return nil
    }

    private mutating func addLink(_ target: Link.Target, _ offset: Int) {
        // A mark behind the full stop belongs to the sentence that ended.
        let sentence = words.count > firstWord ? sentences.count : max(0, sentences.count - 1)
        links.append(Link(target: target, offset: offset, sentence: sentence))
    }

    // MARK: - Words

    private mutating func scanWordOrSkip(_ byte: UInt8) {
        if byte.isASCIIAlphanumeric || byte >= 0x80 && !isSymbol(at) {
            scanChunk()
        } else if byte >= 0x80 {
            at += byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
        } else if byte == ASCII.slash && at + 1 < end && bytes[at + 1].isASCIILetter && startsPath() {
            scanOpaque(from: at)
        } else {
            if !byte.isWhitespace && at > 0 && words.count > firstWord && Int(words[words.count - 1].end) == at {
                noteAfter(byte)
            }
            at += 1
        }
    }

    private func startsPath() -> Bool {
        at == 0 || bytes[at - 1].isWhitespace || bytes[at - 1] == ASCII.openParen || bytes[at - 1] == ASCII.quote
    }

    /// Punctuation and signs among the bytes from 0x80: dashes, quotes, arrows, emoji, no-break space.
    private func isSymbol(_ offset: Int) -> Bool {
        switch bytes[offset] {
        case 0xE2: return !(offset + 2 < end && bytes[offset + 1] == 0x80 && bytes[offset + 2] == 0x99)
        case 0xC2: return true
        case 0xF0...: return true
        case 0xE3: return offset + 1 < end && bytes[offset + 1] == 0x80
        case 0xEF: return offset + 1 < end && bytes[offset + 1] >= 0xB8
        default: return false
        }
    }

    private mutating func scanChunk() {
        let start = at
        if bytes[at].isASCIIDigit { return scanNumber() }
        var stop = at
        while stop < end && continuesWord(stop) { stop += 1 }
        if stop < end && joinsIdentifier(stop) { return scanOpaque(from: start) }
        appendWord(start..<stop, kind: .word)
        at = stop
    }

    private func continuesWord(_ offset: Int) -> Bool {
        let byte = bytes[offset]
        if byte.isASCIIAlphanumeric { return true }
        let followed = offset + 1 < end && (bytes[offset + 1].isASCIIAlphanumeric || bytes[offset + 1] >= 0xC3)
        switch byte {
        case ASCII.apostrophe, ASCII.dash, ASCII.underscore: return followed
        case ASCII.dot: return followed && bytes[offset + 1].isASCIIAlphanumeric
        case 0xE2: return !isSymbol(offset)
        case 0x80...0xBF: return offset > 0 && bytes[offset - 1] >= 0x80
        case 0xC3...: return !isSymbol(offset)
        default: return false
        }
    }

    /// `a::b`, `f()`, `a@b`, `http://`, `src/text/a`: not a word of the language.
    private func joinsIdentifier(_ offset: Int) -> Bool {
        let next = offset + 1 < end ? bytes[offset + 1] : 0
        switch bytes[offset] {
        case ASCII.colon: return next == ASCII.colon || next == ASCII.slash
        case ASCII.openParen: return next == ASCII.closeParen
        case ASCII.at: return next.isASCIILetter
        case ASCII.slash: return next.isASCIIAlphanumeric && slashesAhead(offset) >= 2
        case ASCII.equals: return next.isASCIIAlphanumeric
        default: return false
        }
    }

    private func slashesAhead(_ offset: Int) -> Int {
        var count = 0
        var scan = offset
        while scan < end && scan < offset + 200 && !bytes[scan].isWhitespace && bytes[scan] != ASCII.comma {
            if bytes[scan] == ASCII.slash { count += 1 }
            scan += 1
        }
        return count
    }

    /// A piece that is no prose, up to the next blank or bracket.
    private mutating func scanOpaque(from start: Int) {
        var stop = at
        while stop < end && !bytes[stop].isWhitespace && !Self.opaqueEnds.contains(bytes[stop]) { stop += 1 }
        while stop > start + 1,
            bytes[stop - 1] == ASCII.dot || bytes[stop - 1] == ASCII.comma
                || bytes[stop - 1] == ASCII.colon || bytes[stop - 1] == ASCII.closeParen
        {
            stop -= 1
        }
        appendWord(start..<stop, kind: .code)
        at = stop
    }

    private static let opaqueEnds: Set<UInt8> = [
        ASCII.backtick, ASCII.openBracket, ASCII.closeBracket, ASCII.less, ASCII.greater, ASCII.pipe, ASCII.quote,
    ]

    private mutating func scanNumber() {
        let start = at
        var stop = at
        while stop < end {
            let byte = bytes[stop]
            let joins = byte == ASCII.dot || byte == ASCII.comma || byte == ASCII.colon || byte == ASCII.dash
            let followed = stop + 1 < end && bytes[stop + 1].isASCIIAlphanumeric
            guard byte.isASCIIAlphanumeric || byte == ASCII.percent || joins && followed else { break }
            stop += 1
        }
        appendWord(start..<stop, kind: .number)
        at = stop
    }

    private mutating func appendWord(_ range: Range<Int>, kind: Word.Kind) {
        guard !range.isEmpty else { return }
        let before = range.lowerBound > 0 && !bytes[range.lowerBound - 1].isWhitespace ? bytes[range.lowerBound - 1] : 0
        var word = Word(
            start: Int32(clamping: range.lowerBound), end: Int32(clamping: range.upperBound), key: "", kind: kind,
            shape: [], before: before, after: 0)
        if kind != .code { word.key = key(of: range) }
        if kind == .word { word.shape = shape(of: range) }
        words.append(word)
    }

    private func key(of range: Range<Int>) -> String {
        let cut = range.lowerBound..<min(range.upperBound, range.lowerBound + Word.keyLimit)
        var folded: [UInt8] = []
        folded.reserveCapacity(cut.count)
        var offset = cut.lowerBound
        while offset < cut.upperBound {
            if bytes[offset] == 0xE2 && offset + 2 < range.upperBound {
                folded.append(ASCII.apostrophe)
                offset += 3
                continue
            }
            folded.append(bytes[offset].asciiLowercased)
            offset += 1
        }
        return String(decoding: folded, as: UTF8.self)
    }

    private func shape(of range: Range<Int>) -> Word.Shape {
        var shape: Word.Shape = []
        var upper = 0
        var lower = 0
        var lowerThenUpper = false
        var last: UInt8 = 0
        for offset in range {
            let byte = bytes[offset]
            if byte.isASCIIUpper {
                upper += 1
                if last.isASCIILower { lowerThenUpper = true }
            } else if byte.isASCIILower || byte >= 0x80 {
                lower += 1
            }
            last = byte
        }
        if bytes[range.lowerBound].isASCIIUpper { shape.insert(.capitalised) }
        let pluralOnly = lower == 1 && last == UInt8(ascii: "s") && upper >= 2
        if upper >= 2 && (lower == 0 || pluralOnly) { shape.insert(.acronym) }
        if pluralOnly { shape.insert(.pluralAcronym) }
        let marks = bytes[range]
        if lowerThenUpper || marks.contains(ASCII.underscore) || marks.contains(ASCII.dot) { shape.insert(.identifier) }
        return shape
    }
}
