/// What must be written so that a block of lines at the bottom of a terminal shows something else. No input or output.
///
/// Between two frames the cursor stands at the first column of the block's last line. The terminal's own wrapping is
/// off while a frame is drawn, so that a character which is wider than we think cannot break the block.
struct LiveFrame: Sendable {
    private struct Drawn: Hashable {
        var text: String
        var width: Int
    }

    /// What was last asked for, and what of it the terminal shows.
    private var lines: [StyledLine] = []
    private var drawn: [Drawn] = []
    private var size = TerminalSize(columns: 0, rows: 0)

    private static let begin = "\u{1B}[?2026h\u{1B}[?7l"
    private static let end = "\u{1B}[?7h\u{1B}[?2026l"
    private static let eraseLine = "\u{1B}[K"
    private static let eraseBelow = "\u{1B}[J"

    /// Replaces the block. Only lines that differ are written; nothing when none does.
    mutating func show(_ lines: [StyledLine], style: Style, size: TerminalSize) -> String {
        let next = Self.fitted(lines, style: style, size: size)
        guard !next.isEmpty else { return clear(size: size) }
        let isResized = self.size != size && !drawn.isEmpty
        guard next != drawn || isResized else { return "" }
        var text = toTop(of: size)
        // A terminal that has changed its size may have moved or broken our lines; a fresh start is certain.
        if isResized { text += Self.eraseBelow }
        let known = isResized ? [] : drawn
        for (index, line) in next.enumerated() {
            if index > 0 { text += index < known.count ? "\u{1B}[B" : "\r\n" }
            guard index >= known.count || known[index] != line else { continue }
            text += line.text + Self.eraseLine + "\r"
        }
        if next.count < known.count { text += "\u{1B}[B" + Self.eraseBelow + "\u{1B}[A" }
        (self.lines, drawn, self.size) = (lines, next, size)
        return Self.begin + text + Self.end
    }

    /// Writes lines above the block, where they stay; the block moves down.
    mutating func print(_ above: [String], style: Style, size: TerminalSize) -> String {
        let text = above.map { $0 + "\r\n" }.joined()
        guard !drawn.isEmpty else { return text }
        let top = toTop(of: size)
        (drawn, self.size) = (Self.fitted(lines, style: style, size: size), size)
        let block = drawn.map { $0.text + Self.eraseLine }.joined(separator: "\r\n")
        // The lines above may be long; the terminal breaks them as it does with any.
        let wrapped = "\u{1B}[?7h" + text + "\u{1B}[?7l"
        return Self.begin + top + Self.eraseBelow + wrapped + block + "\r" + Self.end
    }

    /// Takes the block away.
    mutating func clear(size: TerminalSize) -> String {
        guard !drawn.isEmpty else { return "" }
        defer { drawn = [] }
        return Self.begin + toTop(of: size) + Self.eraseBelow + Self.end
    }

    /// Leaves the block where it is and goes to the line below.
    mutating func leave() -> String {
        guard !drawn.isEmpty else { return "" }
        drawn = []
        return "\r\n"
    }

    /// To the first line of the block. A terminal that has become narrower has broken lines in two or more; one that
    /// has become lower has pushed the first ones out of reach.
    private func toTop(of size: TerminalSize) -> String {
        let columns = max(1, size.columns)
        let rows = drawn.dropLast().reduce(0) { $0 + max(1, ($1.width + columns - 1) / columns) }
        let reachable = min(rows, max(0, size.rows - 1))
        return reachable > 0 ? "\u{1B}[\(reachable)A\r" : "\r"
    }

    /// No line touches the last column, where terminals disagree on what comes next; no block fills the screen.
    private static func fitted(_ lines: [StyledLine], style: Style, size: TerminalSize) -> [Drawn] {
        lines.suffix(max(1, size.rows - 1)).map { line in
            let line = line.truncated(to: max(1, size.columns - 1))
            return Drawn(text: line.rendered(style), width: line.width)
        }
    }
}
