import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// Looks for the lines of a page in one or several places, each of which gives them in order.
struct LineSearch {
    let tables: LineTables
    let tenant: (number: Int64, name: String)
    let range: LineRange
    let limit: Int
    let filter: CallFilter
    /// All of the tenant, with whether their lines are wanted.
    let parties: [Int64: (party: CallParty, isWanted: Bool)]
    /// All of the tenant, with whether their lines are wanted.
    let routes: [Int64: (route: CallRoute, isWanted: Bool)]

    /// - Parameter scanMax: how many lines are looked at, in all places together.
    func page(_ sources: [LineTables.Source], scanMax: Int) throws(StoreError) -> CallPage {
        guard !sources.isEmpty else { return CallPage(lines: [], next: nil) }
        var (lines, frontier): ([CallLine], CallID?) = ([], nil)
        for source in sources {
            let found = try look(in: source, scanMax: max(1, scanMax / sources.count))
            lines += found.lines
            // Behind the place where one of them stopped nobody knows what it would have given.
            if let end = found.next { frontier = frontier.map { range.isBefore(end, $0) ? end : $0 } ?? end }
        }
        if let frontier { lines.removeAll { range.isBefore(frontier, $0.id) } }
        lines.sort { range.isBefore($0.id, $1.id) }
        guard lines.count > limit else { return CallPage(lines: lines, next: frontier) }
        lines.removeLast(lines.count - limit)
        return CallPage(lines: lines, next: lines.last?.id)
    }

    private func look(in source: LineTables.Source, scanMax: Int) throws(StoreError) -> CallPage {
        var page = CallPage(lines: [], next: nil)
        var looked = 0
        var last: CallID?
        try tables.forEach(source, tenant: tenant.number, range) { row throws(StoreError) in
            // One more is there, so the page has a next one.
            if page.lines.count == limit || looked == scanMax {
                page.next = last
                return false
            }
            looked += 1
            if let line = try wanted(row) { page.lines.append(line) }
            if page.lines.count == limit || looked == scanMax { last = row.id }
            return true
        }
        return page
    }

    /// The line of a row; `nil` when it is not wanted.
    private func wanted(_ row: LineTables.Row) throws(StoreError) -> CallLine? {
        guard let party = parties[row.party], let route = routes[row.route] else { return nil }
        if let text = row.names {
            guard let names = LineNames(text, outcome: route.route.outcome) else {
                throw StoreError(.corrupt, "\(tables.connection.path): the names of line \(row.id) are damaged")
            }
            let line = row.line(tenant: tenant.name, party: names.party, route: names.route)
            return filter.takes(line) ? line : nil
        }
        guard party.isWanted, route.isWanted, filter.cache == nil || row.cache == filter.cache else { return nil }
        return row.line(tenant: tenant.name, party: party.party, route: route.route)
    }
}
