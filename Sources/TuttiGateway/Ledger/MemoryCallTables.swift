import TuttiCore

/// Lines by their ids, and what they add up to by hours, parties and routes, as dictionaries.
struct MemoryCallTables {
    fileprivate struct Tenant {
        var lines: [CallID: CallLine] = [:]
        /// The ids of ``lines`` in order.
        var order: [CallID] = []
        var parties: Set<CallParty> = []
        var routes: Set<CallRoute> = []
        var figures: [Place: CallFigures] = [:]
    }

    fileprivate struct Place: Hashable {
        var hour: CallHour
        var party: CallParty
        var route: CallRoute
    }

    private var tenants: [String: Tenant] = [:]
    private var prunedBefore: Timestamp?
    private var count = 0

    mutating func append(_ line: CallLine, _ limits: CallLedgerLimits) throws(CallLedgerError) -> Bool {
        if tenants[line.tenant]?.lines[line.id] != nil { return false }
        if let prunedBefore, line.time < prunedBefore { throw .tooOld(line.time, prunedBefore) }
        guard count < limits.memoryLinesMax else {
            throw CallLedgerError(.full, "there are \(count) lines in memory; prune some of them")
        }
        tenants[line.tenant, default: Tenant()].append(line, limits)
        count += 1
        return true
    }

    func sums(_ query: CallSumsQuery, _ limits: CallLedgerLimits) throws(CallLedgerError) -> CallSums {
        var rows: [[CallSums.Group]: CallFigures] = [:]
        for (place, figures) in tenants[query.tenant]?.figures ?? [:]
        where query.hours.contains(place.hour) && query.takes(place.party) && query.takes(place.route) {
            let groups = query.by.map { dimension in
                switch dimension {
                case .hour: CallSums.Group.time(place.hour.start)
                case .day: CallSums.Group.time(place.hour.ofDay.start)
                default:
                    CallSums.Group.name(
                        dimension.isOfParty ? dimension.name(in: place.party) : dimension.name(in: place.route))
                }
            }
            rows[groups, default: CallFigures()] += query.hasTimes ? figures : figures.withoutTimes
        }
        guard rows.count <= limits.groupsMax else { throw .tooLarge(limits) }
        return CallSums(rows.map { CallSums.Row(groups: $0.key, figures: $0.value) }, to: query)
    }

    func page(_ filter: CallFilter, behind id: CallID?, limit: Int, _ limits: CallLedgerLimits) -> CallPage {
        guard let tenant = tenants[filter.tenant] else { return CallPage(lines: [], next: nil) }
        let range = tenant.range(of: filter, behind: id)
        var (lines, looked): ([CallLine], Int) = ([], 0)
        let ids = tenant.order[range]
        let isNewestFirst = filter.order == .newestFirst
        for position in 0..<ids.count {
            let id = isNewestFirst ? ids[ids.endIndex - 1 - position] : ids[ids.startIndex + position]
            looked += 1
            if let line = tenant.lines[id], filter.takes(line) { lines.append(line) }
            if (lines.count == limit || looked == limits.scanMax) && position + 1 < ids.count {
                return CallPage(lines: lines, next: id)
            }
        }
        return CallPage(lines: lines, next: nil)
    }

    mutating func prune(before time: Timestamp, most: Int) -> Int {
        prunedBefore = max(prunedBefore ?? time, time)
        var removed = 0
        for name in tenants.keys.sorted() where removed < most {
            removed += tenants[name]?.prune(before: CallID(firstAt: time), most: most - removed) ?? 0
        }
        count -= removed
        return removed
    }
}

extension MemoryCallTables.Tenant {
    fileprivate mutating func append(_ line: CallLine, _ limits: CallLedgerLimits) {
        lines[line.id] = line
        order.insert(line.id, at: place(of: line.id))
        let isKnown = parties.contains(line.party) || parties.count < limits.partiesMax
        let party = isKnown ? line.party : .other
        if isKnown { parties.insert(party) }
        let hasRoom = routes.contains(line.route) || routes.count < limits.routesMax
        let route = hasRoom ? line.route : line.route.other
        if hasRoom { routes.insert(route) }
        let place = MemoryCallTables.Place(hour: CallHour(of: line.time), party: party, route: route)
        figures[place, default: CallFigures()].add(line)
    }

    /// Where an id is or would be.
    private func place(of id: CallID) -> Int {
        var (low, high) = (0, order.count)
        while low < high {
            let middle = (low + high) / 2
            if order[middle] < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    fileprivate func range(of filter: CallFilter, behind id: CallID?) -> Range<Int> {
        var low = filter.from.map { place(of: CallID(firstAt: $0)) } ?? 0
        var high = filter.to.map { place(of: CallID(firstAt: $0)) } ?? order.count
        if let id {
            switch filter.order {
            case .newestFirst: high = min(high, place(of: id))
            case .oldestFirst:
                let place = place(of: id)
                low = max(low, place < order.count && order[place] == id ? place + 1 : place)
            }
        }
        return low..<max(low, high)
    }

    fileprivate mutating func prune(before id: CallID, most: Int) -> Int {
        let removed = min(place(of: id), most)
        for id in order.prefix(removed) { lines[id] = nil }
        order.removeFirst(removed)
        return removed
    }
}
