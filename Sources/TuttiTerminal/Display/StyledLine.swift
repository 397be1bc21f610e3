package import TuttiReadings

/// One line in pieces of different roles. Its width is known, since it holds no escape sequences before it is drawn.
package struct StyledLine: Sendable, Hashable, ExpressibleByStringLiteral {
    /// A piece of one role.
    package struct Piece: Sendable, Hashable {
        package let text: String
        package let role: Role
    }

    package private(set) var pieces: [Piece]

    package init() { pieces = [] }

    /// Only for pieces that are known to be harmless.
    init(_ pieces: [Piece]) { self.pieces = pieces }

    /// Text from anywhere; what a terminal would obey is taken out.
    package init(_ text: String, _ role: Role = .plain) {
        pieces = [Piece(text: TerminalText.sanitized(text), role: role)]
    }

    package init(stringLiteral value: String) { self.init(value) }

    package static func + (left: StyledLine, right: StyledLine) -> StyledLine {
        StyledLine(left.pieces + right.pieces)
    }

    package static func += (left: inout StyledLine, right: StyledLine) { left.pieces += right.pieces }

    /// Without any style.
    package var text: String { pieces.map(\.text).joined() }

    /// The columns it takes.
    package var width: Int { pieces.reduce(0) { $0 + TerminalText.width(of: $1.text) } }

    /// The beginning in at most so many columns, with an ellipsis where something is cut off.
    package func truncated(to columns: Int) -> StyledLine {
        guard width > columns else { return self }
        var left = columns
        var kept: [Piece] = []
        for (index, piece) in pieces.enumerated() {
            let width = TerminalText.width(of: piece.text)
            // A piece that just fits must still leave room for the ellipsis when more follows.
            let isWhole = width < left || (width == left && pieces[(index + 1)...].allSatisfy { $0.text.isEmpty })
            let text = isWhole ? piece.text : Self.cut(piece.text, to: left)
            kept.append(Piece(text: text, role: piece.role))
            left -= TerminalText.width(of: text)
            if !isWhole { break }
        }
        return StyledLine(kept)
    }

    private static func cut(_ text: String, to columns: Int) -> String {
        // One column more than there is makes sure of the ellipsis.
        TerminalText.truncated(text + "  ", to: columns)
    }

    /// Filled with spaces to so many columns, or cut to them.
    package func padded(to columns: Int, alignment: TerminalText.Alignment = .leading) -> StyledLine {
        let line = truncated(to: columns)
        let spaces = [Piece(text: String(repeating: " ", count: max(0, columns - line.width)), role: .plain)]
        return StyledLine(alignment == .leading ? line.pieces + spaces : spaces + line.pieces)
    }

    /// As it is written to a terminal or file.
    package func rendered(_ style: Style) -> String {
        pieces.map { style.apply($0.role, to: $0.text) }.joined()
    }
}
