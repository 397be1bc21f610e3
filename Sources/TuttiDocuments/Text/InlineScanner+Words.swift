/// Words, numbers and pieces that are no prose.
extension InlineScanner {
    mutating func scanWordOrSkip(_ byte: UInt8) {
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

    func startsPath() -> Bool {
        at == 0 || bytes[at - 1].isWhitespace || bytes[at - 1] == ASCII.openParen || bytes[at - 1] == ASCII.quote
    }

    /// Punctuation and signs among the bytes from 0x80: dashes, quotes, arrows, emoji, no-break space.
    func isSymbol(_ offset: Int) -> Bool {
        switch bytes[offset] {
        case 0xE2: return !(offset + 2 < end && bytes[offset + 1] == 0x80 && bytes[offset + 2] == 0x99)
        case 0xC2: return true
        case 0xF0...: return true
        case 0xE3: return offset + 1 < end && bytes[offset + 1] == 0x80
        case 0xEF: return offset + 1 < end && bytes[offset + 1] >= 0xB8
        default: return false
        }
    }

    mutating func scanChunk() {
        let start = at
        if bytes[at].isASCIIDigit { return scanNumber() }
        var stop = at
        while stop < end && continuesWord(stop) { stop += 1 }
        if stop < end && joinsIdentifier(stop) { return scanOpaque(from: start) }
        appendWord(start..<stop, kind: .word)
        at = stop
    }

    func continuesWord(_ offset: Int) -> Bool {
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
    func joinsIdentifier(_ offset: Int) -> Bool {
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

    func slashesAhead(_ offset: Int) -> Int {
        var count = 0
        var scan = offset
        while scan < end && scan < offset + 200 && !bytes[scan].isWhitespace && bytes[scan] != ASCII.comma {
            if bytes[scan] == ASCII.slash { count += 1 }
            scan += 1
        }
        return count
    }

    /// A piece that is no prose, up to the next blank or bracket.
    mutating func scanOpaque(from start: Int) {
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

    static let opaqueEnds: Set<UInt8> = [
        ASCII.backtick, ASCII.openBracket, ASCII.closeBracket, ASCII.less, ASCII.greater, ASCII.pipe, ASCII.quote,
    ]

    mutating func scanNumber() {
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

    mutating func appendWord(_ range: Range<Int>, kind: Word.Kind) {
        guard !range.isEmpty else { return }
        let before = range.lowerBound > 0 && !bytes[range.lowerBound - 1].isWhitespace ? bytes[range.lowerBound - 1] : 0
        var word = Word(
            start: Int32(clamping: range.lowerBound), end: Int32(clamping: range.upperBound), key: "", kind: kind,
            shape: [], before: before, after: 0)
        if kind != .code { word.key = key(of: range) }
        if kind == .word { word.shape = shape(of: range) }
        words.append(word)
    }

    func key(of range: Range<Int>) -> String {
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

    func shape(of range: Range<Int>) -> Word.Shape {
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
