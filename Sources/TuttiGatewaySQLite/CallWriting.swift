import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// What one transaction does: its lines, what they add up to, and an hour that is over.
struct CallWriting {
    let connection: SQLConnection
    let numbers: CallNumbers
    /// The latest hour of a line.
    var newest: Int64

    /// Keeps lines and counts those that are new; what became of each, in their order.
    mutating func append(_ lines: [CallLine]) throws(StoreError) -> [Result<Bool, CallLedgerError>] {
        let (tables, totals) = (LineTables(connection: connection), TotalTables(connection: connection))
        let prunedBefore = try tables.prunedBefore()
        var rows: [TotalTables.Key: CallFigures] = [:]
        var outcomes: [Result<Bool, CallLedgerError>] = []
        outcomes.reserveCapacity(lines.count)
        for line in lines {
            let tenant = try numbers.tenant(line.tenant, connection)
            if let prunedBefore, line.time < prunedBefore {
                let isKept = try tables.contains(line.id, tenant: tenant)
                outcomes.append(isKept ? .success(false) : .failure(.tooOld(line.time, prunedBefore)))
                continue
            }
            let party = try numbers.party(line.party, of: tenant, connection)
            let route = try numbers.route(line.route, of: tenant, connection)
            let names = party.isOwn && route.isOwn ? nil : LineNames(party: line.party, route: line.route)
            let isNew = try tables.insert(
                line, tenant: tenant, party: party.number, route: route.number, names: names)
            if isNew { count(line, tenant, party.number, route.number, in: &rows) }
            outcomes.append(.success(isNew))
        }
        guard !rows.isEmpty else { return outcomes }
        let merged = try totals.mergedBefore()
        if merged == nil { try totals.setMergedBefore(rows.keys.lazy.map(\.start).min() ?? 0) }
        try totals.add(rows, mergedBefore: merged ?? .min)
        return outcomes
    }

    private mutating func count(
        _ line: CallLine, _ tenant: Int64, _ party: Int64, _ route: Int64,
        in rows: inout [TotalTables.Key: CallFigures]
    ) {
        let hour = CallHour(of: line.time).number
        newest = max(newest, hour)
        for detail in TotalKind.Detail.allCases {
            let key = TotalTables.Key(
                tenant: tenant, kind: TotalKind(span: .hour, detail: detail), start: hour,
                party: detail == .routes ? 0 : party, route: detail == .parties ? 0 : route)
            rows[key, default: CallFigures()].add(line)
        }
    }

    /// Merges the next hour that is over, if there is one, into its day and month.
    func merge(late: Int64) throws(StoreError) {
        let totals = TotalTables(connection: connection)
        guard newest > .min, let merged = try totals.mergedBefore(), merged < newest - late else { return }
        try totals.setMergedBefore(try totals.merge(from: merged, upTo: newest - late))
    }
}
