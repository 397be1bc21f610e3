import TuttiCore
import TuttiGateway
import TuttiStore
import TuttiStoreSQLite

/// What is read of the ledger within one transaction, so that all of it is of one moment.
struct CallReads {
    let connection: SQLConnection
    let names: CallNames
    let limits: CallLedgerLimits

    /// The number of a tenant; `nil` when nothing of it was ever appended.
    func tenant(_ name: String) throws(StoreError) -> Int64? {
        try connection.number("select id from tenant where name = ?1", [.text(name)])
    }

    // MARK: Sums

    /// The rows of an answer, in no order; `nil` when there are too many.
    func sums(_ query: CallSumsQuery) throws(StoreError) -> [CallSums.Row]? {
        guard let tenant = try tenant(query.tenant) else { return [] }
        let (parties, routes) = (partyGroups(query, tenant), routeGroups(query, tenant))
        let (hasParties, hasRoutes) = (query.asksForParties, query.asksForRoutes)
        let detail: TotalKind.Detail = hasParties ? (hasRoutes ? .both : .parties) : .routes
        let tables = TotalTables(connection: connection)
        let longest: TotalKind.Span = query.by.contains(.hour) ? .hour : query.by.contains(.day) ? .day : .month
        let parts = TotalPlan.parts(
            of: query.hours, mergedBefore: try tables.mergedBefore() ?? .min, longest: longest)
        var places = CallPlaces(parties: parties.names.count, routes: routes.names.count)
        var figures: [CallFigures] = []
        for part in parts {
            let kind = TotalKind(span: part.span, detail: detail)
            try tables.forEach(tenant, kind, part.hours, hasTimes: query.hasTimes) { row throws(StoreError) in
                guard let party = parties.group(of: hasParties ? row.party : 0),
                    let route = routes.group(of: hasRoutes ? row.route : 0)
                else { return }
                guard figures.count <= limits.groupsMax else { return }
                let number = places.number(
                    of: CallPlaces.Place(time: Self.time(of: row.start, longest), party: party, route: route))
                if number == figures.count { figures.append(CallFigures()) }
                try row.add(to: &figures[number])
            }
        }
        guard figures.count <= limits.groupsMax else { return nil }
        return zip(places.all, figures).map { place, figures in
            let names = (parties.names[Int(place.party)], routes.names[Int(place.route)])
            return CallSums.Row(groups: Self.groups(query, place.time, names), figures: figures)
        }
    }

    /// What a row is told apart by of its time.
    private static func time(of start: Int64, _ longest: TotalKind.Span) -> Int64 {
        switch longest {
        case .hour: start
        case .day: CallHour(number: start).ofDay.number
        case .month: 0
        }
    }

    private static func groups(
        _ query: CallSumsQuery, _ time: Int64, _ names: (party: [String?], route: [String?])
    ) -> [CallSums.Group] {
        var (party, route) = (names.party.makeIterator(), names.route.makeIterator())
        return query.by.map { dimension in
            if dimension.isTime { return .time(CallHour(number: time).start) }
            return .name((dimension.isOfParty ? party.next() : route.next()) ?? nil)
        }
    }

    private func partyGroups(_ query: CallSumsQuery, _ tenant: Int64) -> CallGroups {
        guard query.asksForParties else { return .one }
        let dimensions = query.by.filter(\.isOfParty)
        let members = names.parties(of: tenant).lazy.map { member in
            let isWanted = query.takes(member.party)
            return (
                number: member.number, names: isWanted ? dimensions.map { $0.name(in: member.party) } : nil
            )
        }
        return CallGroups(members, last: names.lastParty)
    }

    private func routeGroups(_ query: CallSumsQuery, _ tenant: Int64) -> CallGroups {
        guard query.asksForRoutes else { return .one }
        let dimensions = query.by.filter(\.isOfRoute)
        let members = names.routes(of: tenant).lazy.map { member in
            let isWanted = query.takes(member.route)
            return (
                number: member.number, names: isWanted ? dimensions.map { $0.name(in: member.route) } : nil
            )
        }
        return CallGroups(members, last: names.lastRoute)
    }

    // MARK: Lines

    /// So many parties are looked up one by one; of more, all lines are looked at.
    private static let sourcesMax = 32

    func page(_ filter: CallFilter, behind id: CallID?, limit: Int) throws(StoreError) -> CallPage {
        guard let tenant = try tenant(filter.tenant) else { return CallPage(lines: [], next: nil) }
        let parties = names.parties(of: tenant)
        let search = LineSearch(
            tables: LineTables(connection: connection), tenant: (tenant, filter.tenant),
            range: LineRange(filter, behind: id), limit: limit, filter: filter,
            parties: Dictionary(
                parties.map { ($0.number, ($0.party, filter.takes($0.party))) }, uniquingKeysWith: { $1 }),
            routes: Dictionary(
                names.routes(of: tenant).map { ($0.number, ($0.route, filter.takes($0.route))) },
                uniquingKeysWith: { $1 }))
        if let run = filter.run { return try search.page([.run(run)], scanMax: limits.scanMax) }
        // Lines of a party that had no room are among those of all others.
        let sources = parties.filter { filter.takes($0.party) || $0.party == .other }
        let isOfParties = filter.only.keys.contains(where: \.isOfParty)
        guard isOfParties, sources.count <= Self.sourcesMax else {
            return try search.page([.all], scanMax: limits.scanMax)
        }
        return try search.page(sources.map { .party($0.number) }, scanMax: limits.scanMax)
    }
}
