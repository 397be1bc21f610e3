/// First pass over the lines: finds front matter, fenced code and comments, and blanks what is no prose.
///
/// The masked copy has the length of the original, so every offset means the same place in both.
struct LineMasker {
    var bytes: [UInt8]
    var lines: [Line]
    /// For each line: inside front matter or fenced code (the fences included).
    var isCode: [Bool]
    var isFrontMatter: [Bool]
    var comments: [Comment] = []
    var hasFence = false
    /// The fence that is never closed, as it would be written to close it.
    var openFence: String?
    /// Index of the line at which it opens.
    private(set) var openFenceLine = Int.max
    var hasOpenComment: Bool { noCommentEndFrom < Int.max }

    private var noCommentEndFrom = Int.max
    /// A comment may be long, but its text is only read to this length.
    private static let commentTextLimit = 600

    init(bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.count >= 3 && bytes[0] == 0xEF && bytes[1] == 0xBB && bytes[2] == 0xBF {
            for index in 0..<3 { self.bytes[index] = ASCII.space }
        }
        lines = Line.split(self.bytes)
        isCode = Array(repeating: false, count: lines.count)
        isFrontMatter = isCode
    }

    mutating func run() {
        var index = skipFrontMatter()
        while index < lines.count {
            if let fence = fence(at: index), !underlines(index) {
                index = maskFence(fence, from: index)
            } else {
                index = maskComments(on: index)
            }
        }
    }

    private mutating func skipFrontMatter() -> Int {
        guard let first = lines.first, holds("---", first) else { return 0 }
        for index in lines.indices.dropFirst().prefix(200)
        where holds("---", lines[index]) || holds("...", lines[index]) {
            guard index > 1,
                lines[1..<index].contains(where: { line in bytes[line.start..<line.end].contains(ASCII.colon) })
            else { return 0 }
            for line in 0...index { isFrontMatter[line] = true }
            return index + 1
        }
        return 0
    }

    private func holds(_ text: String, _ line: Line) -> Bool {
        var end = line.end
        while end > line.first && bytes[end - 1].isBlank { end -= 1 }
        return line.indent == 0 && bytes[line.first..<end].elementsEqual(text.utf8)
    }

    // MARK: - Fences

    private struct Fence {
        var mark: UInt8
        var count: Int
    }

    private func fence(at index: Int) -> Fence? {
        let line = lines[index]
        var at = line.first
        while at < line.end && (bytes[at] == ASCII.greater || bytes[at].isBlank) { at += 1 }
        if at + 1 < line.end, bytes[at] == ASCII.dash || bytes[at] == ASCII.star, bytes[at + 1] == ASCII.space {
            at += 2
            while at < line.end && bytes[at].isBlank { at += 1 }
        }
        guard at < line.end, bytes[at] == ASCII.backtick || bytes[at] == ASCII.tilde else { return nil }
        let mark = bytes[at]
        var end = at
        while end < line.end && bytes[end] == mark { end += 1 }
        guard end - at >= 3 else { return nil }
        if mark == ASCII.backtick && bytes[end..<line.end].contains(ASCII.backtick) { return nil }
        return Fence(mark: mark, count: end - at)
    }

    /// A row of tildes as long as the line of text above it underlines that line.
    private func underlines(_ index: Int) -> Bool {
        guard index > 0, !isCode[index - 1], !lines[index - 1].isBlank, lines[index].indent == 0 else { return false }
        let line = lines[index]
        let above = lines[index - 1]
        return bytes[line.first] == ASCII.tilde && bytes[line.first..<line.end].allSatisfy { $0 == ASCII.tilde }
            && line.end - line.first >= 4 && abs((line.end - line.first) - (above.end - above.first)) <= 2
    }

    private mutating func maskFence(_ fence: Fence, from index: Int) -> Int {
        hasFence = true
        isCode[index] = true
        var next = index + 1
        while next < lines.count {
            isCode[next] = true
            next += 1
            if closes(fence, lines[next - 1]) { return next }
        }
        openFenceLine = index
        openFence = String(repeating: fence.mark == ASCII.tilde ? "~" : "`", count: fence.count)
        return next
    }

    private func closes(_ fence: Fence, _ line: Line) -> Bool {
        var at = line.first
        while at < line.end && (bytes[at] == ASCII.greater || bytes[at].isBlank) { at += 1 }
        let start = at
        while at < line.end && bytes[at] == fence.mark { at += 1 }
        guard at - start >= fence.count else { return false }
        return bytes[at..<line.end].allSatisfy(\.isBlank)
    }

    // MARK: - Comments

    /// Blanks the comments that begin on a line, and says which line to read next.
    private mutating func maskComments(on index: Int) -> Int {
        var at = lines[index].first
        var last = index
        var inCode = false
        while at < lines[last].end {
            let byte = bytes[at]
            if byte == ASCII.backtick { inCode.toggle() }
            guard byte == ASCII.less, !inCode, opensComment(at), let end = commentEnd(from: at + 4) else {
                at += 1
                continue
            }
            let first = last
            while last + 1 < lines.count && lines[last + 1].start < end { last += 1 }
            record(from: at, to: end, line: first, lastLine: last)
            at = end
        }
        for line in index...last { lines[line].measureIndent(in: bytes) }
        return last + 1
    }

    private func opensComment(_ at: Int) -> Bool {
        at + 4 <= bytes.count && bytes[at + 1] == ASCII.bang && bytes[at + 2] == ASCII.dash
            && bytes[at + 3] == ASCII.dash
    }

    private mutating func commentEnd(from start: Int) -> Int? {
        guard start < noCommentEndFrom else { return nil }
        var at = start
        while at + 2 < bytes.count {
            if bytes[at] == ASCII.dash && bytes[at + 1] == ASCII.dash && bytes[at + 2] == ASCII.greater {
                return at + 3
            }
            at += 1
        }
        noCommentEndFrom = start
        return nil
    }

    private mutating func record(from start: Int, to end: Int, line: Int, lastLine: Int) {
        let inner = bytes[(start + 4)..<max(start + 4, end - 3)].prefix(Self.commentTextLimit)
        var text = Substring(String(decoding: inner, as: UTF8.self))
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        comments.append(Comment(text: String(text), line: line, lastLine: lastLine))
        for at in start..<end where bytes[at] != ASCII.newline && bytes[at] != ASCII.carriageReturn {
            bytes[at] = ASCII.space
        }
    }
}
