import TuttiCore
import TuttiReadings
import TuttiStore

/// The steps of a run as a tree of scopes: `review#2/product/review#1` stands below `product` below `review#2`.
struct StepTree {
    /// More lines than this help nobody; `--json` has them all.
    static let linesMax = 400

    private final class Node {
        let name: String
        var step: StoredStep?
        var children: [Node] = []
        /// Of its own row and of all that stands inside.
        var cost: StepCost?
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
    private let surroundings: RunSurroundings

    /// - Parameters:
    ///   - steps: in the order in which their keys were first written.
    ///   - surroundings: answers and children, which are told beside the steps that they belong to.
    init(_ steps: [StoredStep], _ surroundings: RunSurroundings = RunSurroundings()) {
        self.surroundings = surroundings
        for step in steps {
            var node = root
            let cost = [step.cost, surroundings.children[step.key]?.cost].total
            for part in step.key.split(separator: "/") {
                node = node.child(String(part))
                node.cost = [node.cost, cost].total
            }
            root.cost = [root.cost, cost].total
            node.step = step
        }
    }

    var lines: [StyledLine] {
        guard !root.children.isEmpty else { return [StyledLine("No steps are recorded yet.", .muted)] }
        var rows: [[StyledLine]] = []
        collect(root.children, depth: 0, into: &rows)
        let columns = [TextTable.Column("STEP"), .init("TOOK", alignment: .trailing)]
        let costs = costColumns.map { TextTable.Column($0.heading, alignment: .trailing) }
        var table = TextTable(columns + costs + [.init("", isFlexible: true)])
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
            let took = StyledLine(node.step?.took.map(TimeText.short) ?? "", .muted)
            // The sum of a scope stands back behind what it is the sum of.
            let role: Role = node.children.isEmpty ? .plain : .muted
            let costs = costColumns.map { column in StyledLine(node.cost.map(column.text) ?? "", role) }
            rows.append([name, took] + costs + [remark(node.step)])
            collect(node.children, depth: depth + 1, into: &rows)
        }
    }

    /// Only those in which something stands.
    private var costColumns: [(heading: String, text: (StepCost) -> String)] {
        guard let total = root.cost else { return [] }
        let tokens: (StepCost) -> String = { $0.tokens == 0 ? "" : "\($0.tokens)" }
        return [("COST", CostText.dollars)] + (total.tokens == 0 ? [] : [("TOKENS", tokens)])
    }

    private func remark(_ step: StoredStep?) -> StyledLine {
        guard let step else { return "" }
        let attempt = step.attempt > 1 ? StyledLine("attempt \(step.attempt)  ", .muted) : ""
        if let child = surroundings.children[step.key] { return remark(child) }
        return switch step.result {
        case .waiting(let due): StyledLine(step.waitsFor + (due.map { " until \($0)" } ?? ""), .cue)
        case .open(let error, let due): attempt + StyledLine("tries again at \(due): \(error.message)", .cue)
        case .failed(let error): attempt + StyledLine("\(error.code): \(error.message)", .bad)
        case .cancelled: attempt + StyledLine("cancelled", .muted)
        case .completed: attempt + StyledLine(surroundings.answers[step.key]?.sentence ?? "", .muted)
        }
    }

    private func remark(_ child: RunSurroundings.Child) -> StyledLine {
        child.summary.stateLine(nil, asks: child.asks)
            + StyledLine("  tutti runs show \(child.summary.id)", .muted)
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

    /// What an open wait is for.
    fileprivate var waitsFor: String {
        let name = key.split(separator: "/").last?.split(separator: "#").first.map(String.init) ?? key
        return switch kind {
        case .signal: "waits for the signal '\(name)'"
        case .approval: "waits for an answer to '\(name)'"
        case .sleep: "sleeps"
        case .race: "waits for the first of several things"
        case .child: "waits for its child"
        case .step: "begun, its end is not recorded"
        case .undo: "is being undone"
        case .branch, .all, .settled, .look, .now, .random, .uuid: "waits"
        }
    }
}
