/// What a single line looks like, seen by itself.
struct LinePattern {
    let bytes: [UInt8]

    /// `## Title`: level and offset of the title.
    func atxHeading(_ line: Line) -> (level: Int, text: Range<Int>)? {
        guard line.indent < 4, line.first < line.end, bytes[line.first] == ASCII.hash else { return nil }
        var at = line.first
        while at < line.end && bytes[at] == ASCII.hash { at += 1 }
        let level = at - line.first
        guard level <= 6, at == line.end || bytes[at].isBlank else { return nil }
        var end = line.end
        while end > at && bytes[end - 1].isBlank { end -= 1 }
        var closing = end
        while closing > at && bytes[closing - 1] == ASCII.hash { closing -= 1 }
        if closing < end && (closing == at || bytes[closing - 1].isBlank) { end = closing }
        return (level, at..<end)
    }

    /// `====`, `----` or `~~~~` of three and more: the level it gives the line above.
    func underline(_ line: Line) -> Int? {
        guard line.indent < 4, line.first < line.end else { return nil }
        let mark = bytes[line.first]
        guard mark == ASCII.equals || mark == ASCII.dash || mark == ASCII.tilde else { return nil }
        var at = line.first
        while at < line.end && bytes[at] == mark { at += 1 }
        guard at - line.first >= 3, bytes[at..<line.end].allSatisfy(\.isBlank) else { return nil }
        return mark == ASCII.equals ? 1 : mark == ASCII.dash ? 2 : 3
    }

    /// `---`, `***`, `___`, with or without blanks between.
    func isThematicBreak(_ line: Line) -> Bool {
        guard line.indent < 4, line.first < line.end else { return false }
        let mark = bytes[line.first]
        guard mark == ASCII.dash || mark == ASCII.star || mark == ASCII.underscore else { return false }
        var count = 0
        for at in line.first..<line.end where !bytes[at].isBlank {
            guard bytes[at] == mark else { return false }
            count += 1
        }
        return count >= 3
    }

    struct ListMarker {
        var ordered: Bool
        var number: Int
        /// Offset of the item's text.
        var text: Int
    }

    /// `- `, `* `, `+ `, `1. `, `2) `, with a task box skipped.
    func listMarker(_ line: Line) -> ListMarker? {
        guard line.first < line.end else { return nil }
        var at = line.first
        var marker = ListMarker(ordered: false, number: 0, text: 0)
        let byte = bytes[at]
        if byte == ASCII.dash || byte == ASCII.star || byte == ASCII.plus {
            at += 1
        } else if byte == 0xE2, at + 2 < line.end, bytes[at + 1] == 0x80, bytes[at + 2] == 0xA2 {
            at += 3  // a bullet sign, from text that was pasted
        } else if byte.isASCIIDigit {
            while at < line.end && bytes[at].isASCIIDigit && at - line.first < 9 {
                marker.number = marker.number * 10 + Int(bytes[at] - 0x30)
                at += 1
            }
            guard at < line.end, bytes[at] == ASCII.dot || bytes[at] == ASCII.closeParen else { return nil }
            marker.ordered = true
            at += 1
        } else {
            return nil
        }
        guard at == line.end || bytes[at].isBlank else { return nil }
        while at < line.end && bytes[at].isBlank { at += 1 }
        marker.text = skipTaskBox(at, line.end)
        return marker
    }

    private func skipTaskBox(_ at: Int, _ end: Int) -> Int {
        guard at + 3 < end, bytes[at] == ASCII.openBracket, bytes[at + 2] == ASCII.closeBracket,
            bytes[at + 3].isBlank, [0x20, 0x78, 0x58].contains(bytes[at + 1])
        else { return at }
        return at + 4
    }

    /// `|---|:--:|`: the line below a table's header.
    func isTableSeparator(_ line: Line) -> Bool {
        var dashes = 0
        var pipes = 0
        for at in line.first..<line.end {
            switch bytes[at] {
            case ASCII.dash: dashes += 1
            case ASCII.pipe: pipes += 1
            case ASCII.colon, ASCII.space, ASCII.tab, ASCII.plus: break
            default: return false
            }
        }
        return dashes >= 2 && pipes >= 1
    }

    func hasPipe(_ line: Line) -> Bool {
        line.first < line.end && bytes[line.first..<line.end].contains(ASCII.pipe)
    }

    /// `[label]: target` or `[^label]: text`: the label, and the offset behind the colon.
    func definition(_ line: Line) -> (label: Range<Int>, isFootnote: Bool, text: Int)? {
        guard line.indent < 4, line.first < line.end, bytes[line.first] == ASCII.openBracket else { return nil }
        var at = line.first + 1
        let isFootnote = at < line.end && bytes[at] == ASCII.caret
        if isFootnote { at += 1 }
        let start = at
        while at < line.end && bytes[at] != ASCII.closeBracket {
            if bytes[at] == ASCII.openBracket { return nil }
            at += 1
        }
        guard at > start, at + 1 < line.end, bytes[at + 1] == ASCII.colon else { return nil }
        return (start..<at, isFootnote, at + 2)
    }

    /// `1.2 Title` or `IV. Title` or `TITLE` on a line of its own: level, and the offset of the title.
    func plainHeading(_ line: Line) -> (level: Int, text: Int)? {
        guard line.indent == 0, line.end - line.first <= 70, line.first < line.end else { return nil }
        var end = line.end
        while end > line.first && bytes[end - 1].isBlank { end -= 1 }
        let last = bytes[end - 1]
        guard last != ASCII.dot, last != ASCII.comma, last != ASCII.semicolon, last != ASCII.question else {
            return nil
        }
        if bytes[line.first].isASCIIDigit { return numberedHeading(line, end) }
        return isAllCapitals(line.first..<end) ? (1, line.first) : nil
    }

    private func numberedHeading(_ line: Line, _ end: Int) -> (level: Int, text: Int)? {
        var at = line.first
        var level = 0
        while at < end && bytes[at].isASCIIDigit {
            let start = at
            while at < end && bytes[at].isASCIIDigit { at += 1 }
            guard at - start <= 3 else { return nil }
            level += 1
            guard at < end, bytes[at] == ASCII.dot else { break }
            at += 1
        }
        guard at < end, bytes[at].isBlank else { return nil }
        while at < end && bytes[at].isBlank { at += 1 }
        let hasDot = bytes[line.first..<at].contains(ASCII.dot)
        guard hasDot, at < end, bytes[at].isASCIIUpper, wordCount(at..<end) <= 9 else { return nil }
        return (min(level, 6), at)
    }

    private func isAllCapitals(_ range: Range<Int>) -> Bool {
        var letters = 0
        for at in range {
            let byte = bytes[at]
            if byte.isASCIILower || byte == ASCII.pipe || byte == ASCII.equals || byte == ASCII.underscore
                || byte == ASCII.less || byte == ASCII.colon && at + 1 < range.upperBound
            {
                return false
            }
            if byte.isASCIIUpper { letters += 1 }
        }
        return letters >= 4 && letters * 2 > range.count && wordCount(range) <= 8
    }

    func wordCount(_ range: Range<Int>) -> Int {
        var count = 0
        var inWord = false
        for at in range {
            if bytes[at].isBlank { inWord = false } else if !inWord { inWord = true; count += 1 }
        }
        return count
    }
}
