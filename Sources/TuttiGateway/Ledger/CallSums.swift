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

    /// What calls that have something in common add up to.
    package struct Row: Sendable, Hashable {
        /// One for each dimension of the question, in its order.
        package var groups: [Group]
        /// What they add up to.
        package var figures: CallFigures

        /// A row from its parts.
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
    /// The first moment that was counted: sums are of whole hours.
    package var from: Timestamp
    /// The first moment that no longer counted.
    package var to: Timestamp

    /// The answer, from all rows there are in any order.
    package init(_ rows: [Row], to query: CallSumsQuery) {
        total = rows.reduce(into: CallFigures()) { $0 += $1.figures }
        let order = rows.indices.map { Rank(of: rows[$0], at: $0) }.sorted { $0.isBefore($1, in: rows) }
        self.rows = order.prefix(query.limit).map { rows[$0.place] }
        isCut = rows.count > query.limit
        (from, to) = (query.hours.lowerBound.start, query.hours.upperBound.start)
    }
}

/// Where a row stands among others: numbers are compared far faster than rows.
private struct Rank {
    var time: Int64
    var cost: Int64
    var calls: Int64
    var place: Int

    init(of row: CallSums.Row, at place: Int) {
        time = 0
        for case .time(let moment) in row.groups { time = moment.milliseconds }
        (cost, calls, self.place) = (row.figures.cost.microdollars, row.figures.calls, place)
    }

    func isBefore(_ other: Rank, in rows: [CallSums.Row]) -> Bool {
        if time != other.time { return time < other.time }
        if cost != other.cost { return cost > other.cost }
        if calls != other.calls { return calls > other.calls }
        for (left, right) in zip(rows[place].groups, rows[other.place].groups) where left != right {
            guard case .name(let left) = left, case .name(let right) = right else { continue }
            guard let left, let right else { return left == nil }
            return left < right
        }
        return false
    }
}
