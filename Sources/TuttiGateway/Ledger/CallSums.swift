package import TuttiCore

/// The answer to a question for sums.
package struct CallSums: Sendable, Hashable {
    /// What the calls of a row have in common.
    package enum Group: Sendable, Hashable {
        /// A name; `nil` for calls that have none.
        case name(String?)
        /// The beginning of an hour or a day.
        case time(Timestamp)
    }

    package struct Row: Sendable, Hashable {
        /// One for each dimension of the question, in its order.
        package var groups: [Group]
        package var figures: CallFigures

        package init(groups: [Group], figures: CallFigures) {
            self.groups = groups
            self.figures = figures
        }
    }

    /// The earliest hour or day first, in it and without one the dearest; then those with most calls, then by name.
    package var rows: [Row]
    /// What all calls of the question add up to, those of rows that were left out among them.
    package var total: CallFigures
    /// Whether there are more rows than were wanted.
    package var isCut: Bool
    /// The hours that were counted: the first moment, and the first that no longer counts.
    package var from: Timestamp
    package var to: Timestamp

    /// The answer, from all rows there are in any order.
    package init(_ rows: [Row], to query: CallSumsQuery) {
        total = rows.reduce(into: CallFigures()) { $0 += $1.figures }
        let sorted = rows.sorted { Self.isBefore($0, $1) }
        self.rows = Array(sorted.prefix(query.limit))
        isCut = rows.count > query.limit
        (from, to) = (query.hours.lowerBound.start, query.hours.upperBound.start)
    }

    private static func isBefore(_ lhs: Row, _ rhs: Row) -> Bool {
        if let left = lhs.time, let right = rhs.time, left != right { return left < right }
        if lhs.figures.cost != rhs.figures.cost { return lhs.figures.cost > rhs.figures.cost }
        if lhs.figures.calls != rhs.figures.calls { return lhs.figures.calls > rhs.figures.calls }
        for (left, right) in zip(lhs.groups, rhs.groups) where left != right {
            guard case .name(let left) = left, case .name(let right) = right else { continue }
            guard let left, let right else { return left == nil }
            return left < right
        }
        return false
    }
}

extension CallSums.Row {
    fileprivate var time: Timestamp? {
        for case .time(let time) in groups { return time }
        return nil
    }
}
