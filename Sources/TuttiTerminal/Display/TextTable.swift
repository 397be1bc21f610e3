package import TuttiReadings

/// A table for terminals and files: columns aligned by what is seen, one of them shortened when space is short.
package struct TextTable: Sendable {
    package struct Column: Sendable {
        package let heading: String
        package let alignment: TerminalText.Alignment
        /// Gives way when the table is too wide.
        package let isFlexible: Bool

        package init(
            _ heading: String, alignment: TerminalText.Alignment = .leading, isFlexible: Bool = false
        ) {
            self.heading = heading
            self.alignment = alignment
            self.isFlexible = isFlexible
        }
    }

    private static let gap = 2
    /// The flexible column does not become narrower; then the lines are cut at the end.
    private static let flexibleMin = 8

    private let columns: [Column]
    private var rows: [[StyledLine]] = []

    package init(_ columns: [Column]) {
        precondition(columns.count(where: \.isFlexible) <= 1, "only one column can give way")
        self.columns = columns
    }

    /// Adds a row with one cell for each column.
    package mutating func add(_ cells: [StyledLine]) {
        precondition(cells.count == columns.count, "a row has a cell for each column")
        rows.append(cells)
    }

    /// The heading and the rows, in at most so many columns; `nil` for no limit, as in a file.
    package func lines(width: Int?) -> [StyledLine] {
        let widths = widths(within: width)
        let heading = columns.map { StyledLine($0.heading, .muted) }
        return ([heading] + rows).map { cells in
            var line = StyledLine()
            for (index, cell) in cells.enumerated() {
                if index > 0 {
                    line += StyledLine([.init(text: String(repeating: " ", count: Self.gap), role: .plain)])
                }
                let isLast = index == cells.count - 1 && columns[index].alignment == .leading
                // Nothing follows the last cell, so nothing has to be filled up.
                line +=
                    isLast
                    ? cell.truncated(to: widths[index])
                    : cell.padded(to: widths[index], alignment: columns[index].alignment)
            }
            return width.map(line.truncated(to:)) ?? line
        }
    }

    private func widths(within limit: Int?) -> [Int] {
        var widths = columns.indices.map { index in
            rows.reduce(TerminalText.width(of: columns[index].heading)) { max($0, $1[index].width) }
        }
        let total = widths.reduce(0, +) + Self.gap * max(0, columns.count - 1)
        if let limit, total > limit, let flexible = columns.firstIndex(where: \.isFlexible) {
            widths[flexible] = max(Self.flexibleMin, widths[flexible] - (total - limit))
        }
        return widths
    }
}
