import Testing
import TuttiCore
import TuttiGateway

/// What every ledger does.
struct LedgerConformanceTests {
    @Test(arguments: LedgerKind.allCases)
    func givesBackWhatWasAppended(kind: LedgerKind) async throws {
        try await kind.with { ledger async throws in
            var samples = SampleLines(seed: 1)
            let lines = (0..<200).map { _ in samples.line(within: 3) }.sorted { $0.id < $1.id }
            for line in lines { #expect(try await ledger.append(line)) }
            #expect(try await ledger.all(CallFilter(tenant: "default", order: .oldestFirst)) == lines)
            #expect(try await ledger.all(CallFilter(tenant: "default"), pagesOf: 7) == lines.reversed())
            #expect(try await ledger.all(CallFilter(tenant: "other")).isEmpty)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func anIdCountsOnce(kind: LedgerKind) async throws {
        try await kind.with { ledger async throws in
            var samples = SampleLines(seed: 2)
            let line = samples.line(within: 1)
            var changed = line
            changed.cost = USD.dollars(5)
            changed.party = CallParty(key: "key_9")
            #expect(try await ledger.append(line))
            #expect(try await !ledger.append(line))
            #expect(try await !ledger.append(changed))
            #expect(try await ledger.all(CallFilter(tenant: "default")) == [line])
            let query = CallSumsQuery(
                tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(86_400), by: [.key])
            #expect(try await ledger.rows(query) == bruteForce([line], query))
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func thoseWhoSayTheSameAtOnceAreCountedOnce(kind: LedgerKind) async throws {
        try await kind.with { ledger async throws in
            var samples = SampleLines(seed: 3)
            let line = samples.line(within: 1)
            let new = try await withThrowingTaskGroup { group in
                for _ in 0..<40 { group.addTask { try await ledger.append(line) } }
                return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(new == 1)
            let query = CallSumsQuery(tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(86_400))
            #expect(try await ledger.sums(query).total.calls == 1)
        }
    }

    @Test(arguments: LedgerKind.allCases, 1...6)
    func sumsAreThoseOfTheLines(kind: LedgerKind, seed: UInt64) async throws {
        try await kind.with { ledger async throws in
            var samples = SampleLines(seed: seed)
            let days: Int64 = seed % 2 == 0 ? 3 : 60
            // Most come in the order of time, some late; another tenant's are among them.
            var lines = (0..<600).map { _ in samples.line(within: days) }
            lines += (0..<50).map { _ in samples.line(within: days, tenant: "other") }
            lines.sort { $0.id < $1.id }
            for place in stride(from: 0, to: lines.count - 60, by: 9) { lines.swapAt(place, place + 59) }
            try await ledger.append(lines, at: 8)
            await ledger.flush()
            for _ in 0..<60 {
                let query = samples.query(within: days)
                let checked: CallSumsQuery
                do throws(CallLedgerError) {
                    checked = try query.checked(ledger.limits)
                } catch {
                    #expect(query.by.contains(.hour))
                    continue
                }
                let (sums, expected) = (try await ledger.sums(checked), bruteForce(lines, checked))
                #expect(try await ledger.rows(checked) == expected, "\(checked)")
                #expect(sums.rows.count == expected.count)
                #expect(sums.total == expected.values.reduce(into: CallFigures()) { $0 += $1 })
            }
        }
    }

    @Test(arguments: LedgerKind.allCases, 1...4)
    func pagesAreThoseOfTheLines(kind: LedgerKind, seed: UInt64) async throws {
        var limits = CallLedgerLimits()
        limits.scanMax = seed % 2 == 0 ? 10 : 50_000
        try await kind.with(limits) { ledger async throws in
            var samples = SampleLines(seed: seed)
            let lines = (0..<150).map { _ in samples.line(within: 2) }.sorted { $0.id < $1.id }
            try await ledger.append(lines, at: 50)
            let middle = lines[70].time
            let only: [[CallDimension: String?]] = [
                [:], [.key: "key_1"], [.key: String?.none], [.person: "usr_2", .outcome: "failed"], [.team: "nobody"],
                [.model: "small"], [.deployment: String?.none], [.provider: "provider2", .project: "prj_1"],
            ]
            for only in only {
                for run in [nil, lines.lazy.compactMap(\.run).first] {
                    var filter = CallFilter(tenant: "default", from: middle, only: only, run: run, order: .oldestFirst)
                    let expected = lines.filter { line in
                        line.time >= middle && (run == nil || line.run == run) && filter.takes(line.party)
                            && filter.takes(line.route)
                    }
                    #expect(try await ledger.all(filter, pagesOf: 6) == expected)
                    filter.order = .newestFirst
                    #expect(try await ledger.all(filter, pagesOf: 5) == expected.reversed())
                    filter = CallFilter(tenant: "default", to: middle, only: only, run: run)
                    let before = lines.filter { line in
                        line.time < middle && (run == nil || line.run == run) && filter.takes(line.party)
                            && filter.takes(line.route)
                    }
                    #expect(try await ledger.all(filter, pagesOf: 4) == before.reversed())
                }
            }
            for use in CallCacheUse.allCases {
                let filter = CallFilter(tenant: "default", only: [.model: "small"], cache: use, order: .oldestFirst)
                let expected = lines.filter { $0.cache == use && $0.route.model == "small" }
                #expect(try await ledger.all(filter, pagesOf: 6) == expected)
            }
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func pruningKeepsTheSums(kind: LedgerKind) async throws {
        var limits = CallLedgerLimits()
        limits.pruneMax = 7
        try await kind.with(limits) { ledger async throws in
            var samples = SampleLines(seed: 5)
            let lines = (0..<100).map { samples.line(within: 4, tenant: $0 % 5 == 0 ? "other" : "default") }
                .sorted { $0.id < $1.id }
            try await ledger.append(lines, at: 20)
            let query = CallSumsQuery(
                tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(5 * 86_400), by: [.key, .model])
            let end = lines[60].time
            #expect(try await ledger.pruneSome(before: end) == 7)
            #expect(try await ledger.prune(before: end) == lines.count { $0.time < end } - 7)
            #expect(try await ledger.prune(before: end) == 0)
            #expect(try await ledger.rows(query) == bruteForce(lines, query))
            let kept = lines.filter { $0.time >= end && $0.tenant == "default" }
            #expect(try await ledger.all(CallFilter(tenant: "default", order: .oldestFirst)) == kept)
            // Nobody knows any more whether these were counted.
            let error = await #expect(throws: CallLedgerError.self) { try await ledger.append(lines[0]) }
            #expect(error?.kind == .tooOld)
            #expect(error?.isRetryable == false)
            #expect(try await ledger.append(samples.line(at: end)))
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func whatIsLeftWhilePruningIsNotCountedTwice(kind: LedgerKind) async throws {
        var limits = CallLedgerLimits()
        limits.pruneMax = 1
        try await kind.with(limits) { ledger async throws in
            var samples = SampleLines(seed: 6)
            let lines = [samples.line(at: ledgerNoon), samples.line(at: ledgerNoon + .seconds(1))]
            try await ledger.append(lines, at: 1)
            #expect(try await ledger.pruneSome(before: ledgerNoon + .seconds(9)) == 1)
            #expect(try await !ledger.append(lines[1]))
            await #expect(throws: CallLedgerError.self) { try await ledger.append(lines[0]) }
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func namesWithoutRoomAreCountedTogether(kind: LedgerKind) async throws {
        var limits = CallLedgerLimits()
        (limits.partiesMax, limits.routesMax) = (3, 4)
        try await kind.with(limits) { ledger async throws in
            var samples = SampleLines(seed: 7)
            var lines: [CallLine] = []
            for number in 0..<10 {
                var line = samples.line(at: ledgerNoon + .seconds(Int64(number)))
                line.party = CallParty(key: "key_\(number)")
                line.route = CallRoute(model: "model-\(number)", outcome: number % 2 == 0 ? .completed : .failed)
                lines.append(line)
            }
            try await ledger.append(lines, at: 1)
            let query = CallSumsQuery(
                tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(60), by: [.key, .outcome])
            let rows = try await ledger.rows(query)
            #expect(rows[[.name("key_2"), .name("completed")]]?.calls == 1)
            #expect(rows[[.name("(other)"), .name("completed")]]?.calls == 3)
            #expect(rows[[.name("(other)"), .name("failed")]]?.calls == 4)
            var models = query
            models.by = [.model]
            #expect(try await ledger.rows(models)[[.name("(other)")]]?.calls == 6)
            var filter = CallFilter(tenant: "default", order: .oldestFirst)
            #expect(try await ledger.all(filter) == lines)
            filter.only = [.key: "key_7"]
            #expect(try await ledger.all(filter) == [lines[7]])
            filter.only = [.model: "model-8", .outcome: "completed"]
            #expect(try await ledger.all(filter) == [lines[8]])
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func refusesWhatBreaksARule(kind: LedgerKind) async throws {
        try await kind.with { ledger async throws in
            func kindOf(_ body: () async throws(CallLedgerError) -> Void) async -> CallLedgerError.Kind? {
                do throws(CallLedgerError) { try await body() } catch { return error.kind }
                return nil
            }
            let query = CallSumsQuery(tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(1))
            let changes: [@Sendable (inout CallSumsQuery) -> Void] = [
                { $0.by = [.key, .model, .team] }, { $0.by = [.key, .key] }, { $0.by = [.hour, .day] },
                { $0.only = [.day: "today"] }, { $0.to = Timestamp(milliseconds: 1) }, { $0.limit = 0 },
                { $0.limit = 1_000_000 }, { $0.from = Timestamp(milliseconds: 0) },
                { ($0.by, $0.to) = ([.hour], ledgerNoon + .seconds(32 * 86_400)) },
            ]
            for change in changes {
                var query = query
                change(&query)
                #expect(await kindOf { () throws(CallLedgerError) in _ = try await ledger.sums(query) } == .invalid)
            }
            let filter = CallFilter(tenant: "default", only: [.hour: "now"])
            #expect(
                await kindOf { () throws(CallLedgerError) in
                    _ = try await ledger.page(filter, behind: nil, limit: 1)
                } == .invalid)
            #expect(
                await kindOf { () throws(CallLedgerError) in
                    _ = try await ledger.page(CallFilter(tenant: "default"), behind: nil, limit: 0)
                } == .invalid)
            let line = CallLine(
                id: CallID(trusted: "cal_zzz"), tenant: "default", dialect: .chat,
                route: CallRoute(model: "small", outcome: .completed))
            #expect(await kindOf { () throws(CallLedgerError) in _ = try await ledger.append(line) } == .invalid)
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func tooManyGroupsAreRefusedAndTooManyRowsCut(kind: LedgerKind) async throws {
        var limits = CallLedgerLimits()
        limits.groupsMax = 3
        try await kind.with(limits) { ledger async throws in
            var samples = SampleLines(seed: 9)
            for number in 0..<5 {
                var line = samples.line(at: ledgerNoon)
                line.party.key = "key_\(number)"
                line.route.outcome = number == 0 ? .failed : .completed
                line.cost = USD(microdollars: Int64(number * 10 + 1))
                _ = try await ledger.append(line)
            }
            var query = CallSumsQuery(tenant: "default", from: ledgerNoon, to: ledgerNoon + .seconds(1), by: [.key])
            let error = await #expect(throws: CallLedgerError.self) { try await ledger.sums(query) }
            #expect(error?.kind == .tooLarge)
            (query.by, query.limit) = ([.outcome], 1)
            let sums = try await ledger.sums(query)
            #expect(sums.rows.map(\.groups) == [[.name("completed")]])
            #expect(sums.isCut)
            #expect(sums.total.calls == 5)
            #expect(sums.total.cost == USD(microdollars: 105))
            #expect(sums.from == ledgerNoon)
            #expect(sums.to == ledgerNoon + .seconds(3600))
        }
    }

    @Test(arguments: LedgerKind.allCases)
    func numbersAndNamesAreBroughtIntoTheirBounds(kind: LedgerKind) async throws {
        try await kind.with { ledger async throws in
            var line = SampleLines(seed: 1).fixed
            line.party.key = String(repeating: "é", count: 200)
            line.tokens.output = -1
            line.tokens.uncachedInput = .max
            line.cost = USD(microdollars: .max)
            line.durationMilliseconds = .max
            line.firstTokenMilliseconds = -5
            line.guards = String(repeating: "words=redacted:1,", count: 20)
            #expect(try await ledger.append(line))
            let kept = try #require(try await ledger.all(CallFilter(tenant: "default")).first)
            let fitted = try line.fitted()
            #expect(kept == fitted)
            #expect(kept.party.key?.utf8.count == 256)
            #expect(kept.tokens.output == 0)
            #expect(kept.cost == USD.max)
            #expect(kept.firstTokenMilliseconds == 0)
            #expect(kept.guards?.utf8.count == 200)
        }
    }
}

extension SampleLines {
    /// A line of noon.
    fileprivate var fixed: CallLine {
        var samples = self
        return samples.line(at: ledgerNoon)
    }
}
