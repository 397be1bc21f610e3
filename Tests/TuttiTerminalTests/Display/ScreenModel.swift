import Testing
import TuttiTerminal

@testable import TuttiReadings

/// A small terminal: enough of one to check what the live block's bytes do to a screen and its history.
struct ScreenModel {
    private(set) var size: TerminalSize
    /// Lines that have scrolled off, then those on the screen, in cells; a line may be shorter than the screen is wide.
    /// The second cell of a wide character is empty.
    private var lines: [[String]] = [[]]
    private var row = 0
    private var column = 0
    private(set) var isCursorShown = true
    private(set) var wraps = true

    init(columns: Int, rows: Int) { size = TerminalSize(columns: columns, rows: rows) }

    /// Everything, with trailing spaces taken off.
    var text: [String] {
        lines.map { line in
            var line = line.joined()
            while line.last == " " { line.removeLast() }
            return line
        }
    }

    private var top: Int { max(0, lines.count - size.rows) }

    mutating func feed(_ text: String) {
        var rest = Substring(text)
        while let character = rest.popFirst() {
            switch character {
            case "\u{1B}": obey(&rest)
            case "\r\n":
                column = 0
                down()
            case "\r": column = 0
            case "\n": down()
            default: put(character)
            }
        }
    }

    private mutating func obey(_ rest: inout Substring) {
        #expect(rest.popFirst() == "[")
        let parameters = rest.prefix { $0 == "?" || $0 == ";" || $0.isNumber }
        rest = rest.dropFirst(parameters.count)
        let count = Int(parameters) ?? 1
        switch rest.popFirst() {
        case "A": row = max(top, row - count)
        case "B": row = min(lines.count - 1, row + count)
        case "K": lines[row] = Array(lines[row].prefix(column))
        case "J":
            lines[row] = Array(lines[row].prefix(column))
            for below in lines.indices where below > row { lines[below] = [] }
        case "m": break
        case "h": set(String(parameters), true)
        case "l": set(String(parameters), false)
        case let final: Issue.record("the model does not know \(parameters)\(final.map(String.init) ?? "")")
        }
    }

    private mutating func set(_ mode: String, _ isOn: Bool) {
        switch mode {
        case "?25": isCursorShown = isOn
        case "?7": wraps = isOn
        case "?2026": break
        default: Issue.record("the model does not know mode \(mode)")
        }
    }

    private mutating func down() {
        row += 1
        if row == lines.count { lines.append([]) }
    }

    private mutating func put(_ character: Character) {
        let width = TerminalText.width(of: character)
        if column + width > size.columns {
            guard wraps else { return }
            column = 0
            down()
        }
        while lines[row].count < column { lines[row].append(" ") }
        let cells = [String(character), ""].prefix(width)
        lines[row].replaceSubrange(column..<min(column + width, lines[row].count), with: cells)
        column += width
    }

    /// As a terminal does that breaks long lines anew when it becomes narrower.
    mutating func reflow(columns: Int) {
        var broken: [[String]] = []
        var newRow = 0
        for (index, line) in lines.enumerated() {
            if index == row { newRow = broken.count + column / columns }
            var rest = line[...]
            repeat {
                broken.append(Array(rest.prefix(columns)))
                rest = rest.dropFirst(columns)
            } while !rest.isEmpty
        }
        (lines, row, column) = (broken, newRow, column % columns)
        size.columns = columns
    }
}
