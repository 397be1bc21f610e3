import TuttiCore
import TuttiStore

/// The steps of a run as a tree of scopes: `review#2/product/review#1` stands below `product` below `review#2`.
struct StepTree {
    /// More lines than this help nobody; `--json` has them all.
    static let linesMax = 400

    private final class Node {
        let name: String
        var step: StoredStep?
        var children: [Node] = []
        private var byName: [String: Node] = [:]

        init(name: String) { self.name = name }

        /// The child of this name, made when it is not there; children stay in the order in which they came.
        func child(_ name: String) -> Node {
            if let known = byName[name] { return known }
            let node = Node(name: name)
            byName[name] = node
            children.append(node)
            return node
        }
    }

    private let root = Node(name: "")

    /// - Parameter steps: in the order in which their keys were first written.
    init(_ steps: [StoredStep]) {
        for step in steps {
            var node = root
            for part in step.key.split(separator: "/") { node = node.child(String(part)) }
            node.step = step
        }
    }

    var lines: [StyledLine] {
        guard !root.children.isEmpty else { return [StyledLine("No steps are recorded yet.", .muted)] }
        var rows: [[StyledLine]] = []
        collect(root.children, depth: 0, into: &rows)
        var table = TextTable([.init("STEP"), .init("TOOK", alignment: .trailing), .init("", isFlexible: true)])
        for row in rows.prefix(Self.linesMax) { table.add(row) }
        var lines = table.lines(width: nil).map(\.trimmed)
        if rows.count > Self.linesMax {
            lines.append(StyledLine("… and \(rows.count - Self.linesMax) more; --json shows all", .muted))
        }
        return lines
    }

    private func collect(_ nodes: [Node], depth: Int, into rows: inout [[StyledLine]]) {
        for node in nodes {
            let state = node.step?.glyph
            let glyph = state.map { StyledLine($0.glyph + " ", $0.role) } ?? StyledLine("  ")
            let name = StyledLine(String(repeating: "  ", count: depth)) + glyph + StyledLine(node.name)
            rows.append([name, StyledLine(node.step?.took.map(TimeText.short) ?? "", .muted), remark(node.step)])
            collect(node.children, depth: depth + 1, into: &rows)
        }
    }

    private func remark(_ step: StoredStep?) -> StyledLine {
        guard let step else { return "" }
        let attempt = step.attempt > 1 ? StyledLine("attempt \(step.attempt)  ", .muted) : ""
        return switch step.result {
        case .waiting(let due?): StyledLine("waits until \(due)", .cue)
        case .waiting(nil): StyledLine("waits", .cue)
        case .open(let error, let due): attempt + StyledLine("tries again at \(due): \(error.message)", .cue)
        case .failed(let error): attempt + StyledLine("\(error.code): \(error.message)", .bad)
        case .cancelled: attempt + StyledLine("cancelled", .muted)
        case .completed: attempt
        }
    }
}

extension StyledLine {
    /// Without spaces at its end.
    fileprivate var trimmed: StyledLine {
        var pieces = self.pieces
        while let last = pieces.popLast() {
            guard let end = last.text.lastIndex(where: { $0 != " " }) else { continue }
            return StyledLine(pieces + [Piece(text: String(last.text[...end]), role: last.role)])
        }
        return StyledLine()
    }
}

extension StoredStep {
    fileprivate var glyph: StateGlyph {
        switch result {
        case .open, .waiting: .waiting
        case .completed: .done
        case .failed: .failed
        case .cancelled: .cancelled
        }
    }
}
