/// Code, tags and links within prose.
extension InlineScanner {
    mutating func scanCode() {
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

    func closingTicks(_ length: Int, from start: Int) -> Int? {
        var scan = start
        while scan < end {
            guard bytes[scan] == ASCII.backtick else { scan += 1; continue }
            let run = scan
            while scan < end && bytes[scan] == ASCII.backtick { scan += 1 }
            if scan - run == length { return scan }
        }
        return nil
    }

    mutating func scanTag() {
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
    mutating func collectAnchor(_ range: Range<Int>) {
        let text = String(decoding: bytes[range], as: UTF8.self)
        for part in text.split(separator: " ").dropFirst() {
            guard let equals = part.firstIndex(of: "="), ["id", "name"].contains(part[..<equals]) else { continue }
            anchors.insert(part[part.index(after: equals)...].filter { $0 != "\"" && $0 != "'" }.lowercased())
        }
    }

    mutating func openBracket() {
        if at + 1 < end && bytes[at + 1] == ASCII.caret, let close = shortClose(from: at + 2) {
            addLink(.footnote(Document.fold(bytes[(at + 2)..<close])), at)
            at = close + 1
            return
        }
        if brackets.count < Self.bracketLimit { brackets.append((at, words.count)) }
        at += 1
    }

    /// The closing bracket of a label that begins here.
    func shortClose(from start: Int) -> Int? {
        var scan = start
        let limit = min(end, start + Self.labelLimit)
        while scan < limit {
            if bytes[scan] == ASCII.closeBracket { return scan > start ? scan : nil }
            if bytes[scan] == ASCII.openBracket { return nil }
            scan += 1
        }
        return nil
    }

    mutating func closeBracket() {
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

    mutating func finishLink(_ open: (offset: Int, words: Int), destination: Range<Int>) {
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

    mutating func markLinked(_ from: Int) {
        for index in max(from, firstWord)..<max(from, words.count, firstWord) { words[index].shape.insert(.linked) }
    }

    func destinationEnd(from start: Int) -> Int? {
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

    mutating func addLink(_ target: Link.Target, _ offset: Int) {
        // A mark behind the full stop belongs to the sentence that ended.
        let sentence = words.count > firstWord ? sentences.count : max(0, sentences.count - 1)
        links.append(Link(target: target, offset: offset, sentence: sentence))
    }
}
