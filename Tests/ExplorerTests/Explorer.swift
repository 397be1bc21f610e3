/// A protocol under test: where it begins, what can happen in each state, and what must never be.
protocol Model {
    associatedtype State: Hashable

    var initial: State { get }
    /// All that can happen next, in an order that depends on the state alone.
    func moves(from state: State) -> [Move<State>]
    /// The rule that a state breaks, if it breaks one.
    func violation(in state: State) -> String?
    /// Whether everything has come to its end.
    func isGoal(_ state: State) -> Bool
}

/// One thing that can happen.
struct Move<State> {
    var label: String
    /// Something that nobody may count on: a crash, a lost report, a person who interferes.
    var isFault = false
    var next: State
}

/// Goes through all states of a model, breadth first, so that the first violation has the shortest trace.
///
/// After that each state must still be able to reach the goal without any further fault: else a wake-up was lost. A
/// state is remembered by a hash of 64 bits; among a million states two would share one once in thirty million
/// explorations.
struct Explorer<M: Model> {
    let model: M
    /// States after which the exploration gives up.
    var statesMax = 400_000

    struct Report: Sendable, CustomStringConvertible {
        var states = 0
        var moves = 0
        var depth = 0
        /// Every state was seen.
        var isComplete = false
        var violation: String?
        var trace: [String] = []

        var description: String {
            let size = "\(states) states, \(moves) moves, depth \(depth)"
            guard let violation else { return size + (isComplete ? ", complete" : ", NOT COMPLETE") }
            let steps = trace.enumerated().map { "  \($0 + 1). \($1)" }.joined(separator: "\n")
            return "\(violation)\n\(steps)\n(\(size))"
        }
    }

    /// How a state was first reached.
    private struct Arrival {
        var from: Int32
        var move: Int32
        var depth: Int32
    }

    func explore() -> Report {
        var report = Report()
        var known = [model.initial.hashValue: Int32(0)]
        var arrivals = [Arrival(from: -1, move: 0, depth: 0)]
        var edges: [(from: Int32, to: Int32)] = []
        var goals: [Int32] = model.isGoal(model.initial) ? [0] : []
        var frontier: [(Int32, M.State)] = [(0, model.initial)]
        var next: [(Int32, M.State)] = []
        search: while !frontier.isEmpty {
            for (index, state) in frontier {
                for (number, move) in model.moves(from: state).enumerated() {
                    report.moves += 1
                    let hash = move.next.hashValue
                    if let seen = known[hash] {
                        if !move.isFault { edges.append((index, seen)) }
                        continue
                    }
                    let new = Int32(arrivals.count)
                    known[hash] = new
                    arrivals.append(Arrival(from: index, move: Int32(number), depth: arrivals[Int(index)].depth + 1))
                    if !move.isFault { edges.append((index, new)) }
                    if let violation = model.violation(in: move.next) {
                        report.violation = violation
                        report.trace = trace(to: new, arrivals)
                        break search
                    }
                    if model.isGoal(move.next) { goals.append(new) }
                    next.append((new, move.next))
                }
                if arrivals.count >= statesMax { break search }
            }
            (frontier, next) = (next, [])
        }
        report.states = arrivals.count
        report.depth = Int(arrivals.last?.depth ?? 0)
        report.isComplete = report.violation == nil && arrivals.count < statesMax
        guard report.isComplete, let stuck = firstStuck(goals, edges, count: arrivals.count) else { return report }
        report.violation = "LOST: the end can no longer be reached without further faults"
        report.trace = trace(to: stuck, arrivals)
        return report
    }

    /// The first state from which no goal can be reached over moves that are no faults.
    private func firstStuck(_ goals: [Int32], _ edges: [(from: Int32, to: Int32)], count: Int) -> Int32? {
        var back = [[Int32]](repeating: [], count: count)
        for edge in edges { back[Int(edge.to)].append(edge.from) }
        var reaches = [Bool](repeating: false, count: count)
        for goal in goals { reaches[Int(goal)] = true }
        var open = goals
        while let state = open.popLast() {
            for from in back[Int(state)] where !reaches[Int(from)] {
                reaches[Int(from)] = true
                open.append(from)
            }
        }
        return reaches.firstIndex(of: false).map(Int32.init)
    }

    private func trace(to end: Int32, _ arrivals: [Arrival]) -> [String] {
        var chosen: [Int] = []
        var index = end
        while index > 0 {
            chosen.append(Int(arrivals[Int(index)].move))
            index = arrivals[Int(index)].from
        }
        var state = model.initial
        return chosen.reversed().map { number in
            let move = model.moves(from: state)[number]
            state = move.next
            return move.label
        }
    }
}
