import FoundationEssentials
import TuttiCore
import TuttiStore

/// What quotas promise of runs; ``spending`` has what they promise of costs.
extension JournalStoreConformance {
    static let quotas: [Clause] = [
        Clause("counts a start against its quotas once, however often it is said") { world in
            let draws = world.draws(person: "usr_a", live: 2, starts: 3)
            for n: UInt64 in 1...2 {
                let start = world.counted(n, draws)
                try world.expect(try await world.applyTwice(start, about: StoreWorld.run(n)), .done, "a start")
                try world.expect(try await world.used(draws), [Int64(n), Int64(n)], "what is used")
            }
            let known = try await world.apply(world.counted(1, draws, key: "other"))
            try world.expect(known, .done, "a start by the same id")
            try world.expect(try await world.used(draws), [2, 2], "what is used after a repeat")
        },
        Clause("draws nothing for an idempotency key that is known, even when there is no room") { world in
            let draws = world.draws(person: "usr_a", live: 1, starts: 9)
            try await world.apply(world.counted(1, draws, key: "k"))
            let repeated = try await world.apply(world.counted(2, draws, key: "k"))
            try world.expect(repeated, .existing(StoreWorld.run(1), sameInput: true), "the repeat")
            try world.expect(try await world.used(draws), [1, 1], "what is used")
            let other = try await world.apply(world.counted(3, draws, key: "j"))
            try world.expect(other, .quotaRefused(world.refusal(draws[0], used: 1)), "a start of its own")
        },
        Clause("starts nothing that a quota has no room for, and says which") { world in
            let own = world.draws(person: "usr_a", live: 5, starts: 2)
            let all = world.draws(live: 3, starts: 9)
            for n: UInt64 in 1...2 { try await world.apply(world.counted(n, own + all)) }
            let before = try await world.used(own + all)
            let refused = try await world.apply(world.counted(3, own + all))
            try world.expect(refused, .quotaRefused(world.refusal(own[1], used: 2)), "the third of a person")
            try world.expect(try await world.used(own + all), before, "what is used after a refusal")
            try world.expect(try await world.snapshot(of: StoreWorld.run(3)).record, nil, "a run that was refused")
            let other = world.draws(person: "usr_b", live: 5, starts: 2)
            try await world.apply(world.counted(4, other + all))
            let crowded = try await world.apply(world.counted(5, other + all))
            try world.expect(crowded, .quotaRefused(world.refusal(all[0], used: 3)), "the fourth of all")
            try world.expect(try await world.used(other), [1, 1], "what the other person has used")
            let fresh = world.draws(person: "usr_c", live: 0, starts: 0)
            try await world.apply(world.counted(6, fresh))
            try world.expect(try await world.second.uses(of: fresh.map(\.name)), [:], "rows that a refusal has made")
        },
        Clause("keeps the place of a run over takeovers, releases, blocks and deaths, until its end") { world in
            let draws = world.draws(person: "usr_a", live: 1)
            var owner = try await world.startCounted(1, draws, queue: "q")
            func stays(_ what: String) async throws {
                try world.expect(try await world.used(draws), [1], "what is used after \(what)")
                let more = try await world.apply(world.counted(2, draws))
                try world.expect(more, .quotaRefused(world.refusal(draws[0], used: 1)), "a start after \(what)")
            }
            owner = try await world.takeOver(owner.run)
            try await stays("a takeover")
            try await world.applyTwice(world.release(owner, wakeSequence: 0), about: owner.run)
            try await stays("a release")
            owner = try await world.takeOver(owner.run)
            try await world.apply(world.end(owner, .blocked(.diverged, world.error)))
            try await stays("a block")
            let claim = world.claim(owner.run, by: world.alice)
            guard case .claimed(let runs) = try await world.apply(claim), let claimed = runs.first else {
                throw ConformanceFailure(description: "a blocked run cannot be claimed")
            }
            owner = Owner(run: owner.run, executor: world.alice, fence: claimed.fence)
            try await world.takesFromDead(owner, executor: 100, recoveries: 1)
            try await stays("a recovery")
            owner = try await world.takeOver(owner.run)
            try await world.applyTwice(world.cancel(owner.run), about: owner.run)
            try await stays("a request to cancel it")
            try await world.applyTwice(world.end(owner, .cancelled), about: owner.run)
            try world.expect(try await world.second.uses(of: draws.map(\.name)), [:], "what is used after its end")
            try world.expect(try await world.apply(world.counted(2, draws)), .done, "a start after its end")
        },
        Clause("keeps the place of a run that too many recoveries have blocked") { world in
            let draws = world.draws(live: 1)
            let owner = try await world.startCounted(1, draws, queue: "q")
            try await world.first.closeExecutor(owner.executor)
            try await world.apply(.claim(world.claimQueue(by: world.bob, recoveriesMax: 0)))
            try world.expect(try await world.summary(of: owner.run).status, .blocked, "the status")
            try world.expect(try await world.used(draws), [1], "what is used")
            try await world.apply(world.cancel(owner.run))
            try world.expect(try await world.used(draws), [0], "what is used after its cancel")
        },
        Clause("frees the place of a run with each of its ends") { world in
            let draws = world.draws(person: "usr_a", live: 9)
            for (n, end): (UInt64, EndCommand.Result) in [
                (1, .completed(Payload(Data("1".utf8)))), (2, .failed(world.error)), (3, .cancelled),
            ] {
                let owner = try await world.startCounted(n, draws)
                try world.expect(try await world.used(draws), [1], "what is used before \(end)")
                try await world.applyTwice(world.end(owner, end), about: owner.run)
                try world.expect(try await world.used(draws), [0], "what is used after \(end)")
            }
            let stuck = try await world.startCounted(4, draws)
            try await world.apply(world.record(stuck, [world.undoableRow("b#1")]))
            try world.expect(try await world.apply(world.end(stuck, .failed(world.error))), .mustUndo, "an end")
            try world.expect(try await world.used(draws), [1], "what is used while it is undone")
            try await world.apply(world.end(stuck, .blocked(.undoFailed, world.undoError)))
            try world.expect(try await world.used(draws), [1], "what is used when it cannot be undone")
            try await world.apply(world.cancel(stuck.run))
            try world.expect(try await world.used(draws), [0], "what is used after it was given up")
        },
        Clause("counts no children, and frees nothing with their ends") { world in
            let draws = world.draws(live: 1, starts: 1)
            let owner = try await world.startCounted(1, draws)
            try world.expect(try await world.apply(world.startChild(2, of: owner)), .done, "the start of a child")
            try world.expect(try await world.used(draws), [1, 1], "what is used with a child")
            let child = Owner(run: StoreWorld.run(2), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.end(child, .completed(Payload(Data("1".utf8)))))
            try world.expect(try await world.used(draws), [1, 1], "what is used after its end")
        },
        Clause("has a retried run take its place again, or refuses the retry") { world in
            let draws = world.draws(person: "usr_a", live: 1)
            let owner = try await world.startCounted(1, draws)
            try await world.apply(world.end(owner, .failed(world.error)))
            let other = try await world.startCounted(2, draws)
            let before = try await world.snapshot(of: owner.run)
            let retry = world.retry(owner.run, draws)
            let refused = try await world.apply(retry)
            try world.expect(refused, .quotaRefused(world.refusal(draws[0], used: 1)), "a retry without room")
            try world.expect(try await world.snapshot(of: owner.run), before, "the run after a refused retry")
            try await world.apply(world.end(other, .cancelled))
            guard case .claimed = try await world.applyTwice(retry, about: owner.run) else {
                throw ConformanceFailure(description: "a retry with room was refused")
            }
            try world.expect(try await world.used(draws), [1], "what is used after a retry")
            let again = Owner(
                run: owner.run, executor: world.alice, fence: try await world.summary(of: owner.run).fence)
            try await world.apply(world.end(again, .failed(world.error)))
            try world.expect(try await world.used(draws), [0], "what is used after its second end")
        },
        Clause("retries an undo that failed in the place that the run has, were there room or not") { world in
            let draws = world.draws(live: 1)
            let owner = try await world.startCounted(1, draws)
            try await world.apply(world.record(owner, [world.undoableRow("b#1")]))
            try await world.apply(world.end(owner, .failed(world.error)))
            try await world.apply(world.end(owner, .blocked(.undoFailed, world.undoError)))
            let lowered = draws.map { QuotaDraw($0.name, cap: 0) }
            guard case .claimed = try await world.applyTwice(world.retry(owner.run, lowered), about: owner.run) else {
                throw ConformanceFailure(description: "the retry of an undo was refused")
            }
            try world.expect(try await world.used(draws), [1], "what is used")
        },
        Clause("counts a fork as a start") { world in
            let draws = world.draws(person: "usr_a", live: 2, starts: 9)
            let owner = try await world.startCounted(1, draws)
            let fork = world.fork(2, of: owner.run, draws, key: "k")
            guard case .claimed = try await world.applyTwice(fork, about: StoreWorld.run(2)) else {
                throw ConformanceFailure(description: "a fork with room was refused")
            }
            try world.expect(try await world.used(draws), [2, 2], "what is used after a fork")
            let known = try await world.apply(world.fork(3, of: owner.run, draws, key: "k"))
            try world.expect(known, .existing(StoreWorld.run(2), sameInput: true), "the same fork")
            let refused = try await world.apply(world.fork(4, of: owner.run, draws, key: nil))
            try world.expect(refused, .quotaRefused(world.refusal(draws[0], used: 2)), "a fork without room")
            try world.expect(try await world.snapshot(of: StoreWorld.run(4)).record, nil, "a fork that was refused")
            try world.expect(try await world.used(draws), [2, 2], "what is used at last")
        },
        Clause("goes by the limit of the moment, and counts only what was started under one") { world in
            _ = try await world.startOwned(1)
            let draws = world.draws(live: 1)
            let owner = try await world.startCounted(2, draws)
            let raised = world.draws(live: 3)
            let third = try await world.startCounted(3, raised)
            try world.expect(try await world.used(draws), [2], "what is used")
            let lowered = world.draws(live: 1)
            let refused = try await world.apply(world.counted(4, lowered))
            try world.expect(refused, .quotaRefused(world.refusal(lowered[0], used: 2)), "a start under a lower limit")
            try await world.apply(world.end(owner, .cancelled))
            try await world.apply(world.end(third, .cancelled))
            let first = Owner(run: StoreWorld.run(1), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.end(first, .cancelled))
            try world.expect(try await world.used(draws), [0], "what is used after all ends")
            try await world.apply(world.start(StoreWorld.run(5), by: world.alice))
            try await world.startCounted(6, lowered)
            try world.expect(try await world.used(draws), [1], "what is used when an uncounted run is beside it")
        },
        Clause("keeps tenants and people apart, whatever they are called") { world in
            let holders: [(String, QuotaName.Holder)] = [
                ("a", .organisation), ("a/person", .organisation), ("a", .person("organisation")),
                ("a", .person("b/c")), ("a", .person("b%2Fc")), ("a/person/b", .organisation), ("b", .person("b")),
            ]
            let names = holders.map { QuotaName(tenant: $0.0, holder: $0.1, kind: .live) }
            try world.expect(Set(names.map(\.text)).count, names.count, "the number of keys")
            for (n, name) in names.enumerated() {
                try await world.apply(world.counted(UInt64(n), [QuotaDraw(name, cap: 1)]))
            }
            let uses = try await world.second.uses(of: names)
            try world.expect(uses, Dictionary(uniqueKeysWithValues: names.map { ($0, QuotaUse(used: 1)) }), "the uses")
        },
        Clause("leaves nothing of a run that is pruned") { world in
            let draws = world.draws(person: "usr_a", live: 2, starts: 9)
            let owner = try await world.startCounted(1, draws)
            let blocked = try await world.startCounted(2, draws)
            try await world.apply(world.end(owner, .failed(world.error)))
            try await world.apply(world.end(blocked, .blocked(.diverged, world.error)))
            let policy = RetentionPolicy(endedBefore: StoreWorld.time(1000), tenant: StoreWorld.tenant)
            let report = try await world.first.prune(policy) { _ in true }
            try world.expect(report.runs, 1, "the number of pruned runs")
            try world.expect(try await world.used(draws), [1, 2], "what is used")
            let gone = try await world.apply(world.retry(owner.run, draws))
            try world.expect(gone, .notFound, "the retry of what is gone")
            try world.expect(try await world.used(draws), [1, 2], "what is used at last")
        },
        Clause("removes the rows of days and months that are long over, a few with each new one") { world in
            let day: Int64 = 86_400
            let organisation = { (kind: QuotaName.Kind) in
                QuotaDraw(QuotaName(tenant: StoreWorld.tenant, holder: .organisation, kind: kind), cap: 99)
            }
            func days(_ n: Int64) -> QuotaDraw { organisation(.starts(day: .day(of: StoreWorld.time(n * day)))) }
            let begun = Int64(QuotaLimits.rowsRemovedAtOnce) + 3
            for n in 0..<begun { try await world.apply(world.counted(UInt64(n), [days(n)])) }
            func left() async throws -> [Int64] {
                let uses = try await world.second.uses(of: (0..<begun).map { days($0).name })
                return (0..<begun).filter { uses[days($0).name] != nil }
            }
            // 62 days are kept between the end of one and the beginning of another.
            try await world.apply(world.counted(100, [days(62)]))
            try world.expect(try await left(), Array(0..<begun), "the rows while all are young")
            try await world.apply(world.counted(101, [days(63)]))
            try world.expect(try await left(), Array(1..<begun), "the rows when one is old")
            try await world.apply(world.counted(102, [days(63)]))
            try await world.apply(world.counted(103, [days(100)]))
            let some = Array(begun - 2..<begun)
            try world.expect(try await left(), some, "the rows after some were removed")
            try await world.apply(world.counted(104, [days(100)]))
            try world.expect(try await left(), some, "the rows when no new one is made")
            try await world.apply(world.counted(105, [days(101)]))
            try world.expect(try await left(), [], "the rows at last")
        },
    ]
}

extension StoreWorld {
    /// Quotas of a person, or of the organisation, at the beginning of all clauses.
    func draws(person: String? = nil, live: Int64? = nil, starts: Int64? = nil) -> [QuotaDraw] {
        let holder = person.map(QuotaName.Holder.person) ?? .organisation
        let caps: [(Int64?, QuotaName.Kind)] = [(live, .live), (starts, .starts(day: .day(of: Self.time(1))))]
        return caps.compactMap { cap, kind in
            cap.map { QuotaDraw(QuotaName(tenant: Self.tenant, holder: holder, kind: kind), cap: $0) }
        }
    }

    func refusal(_ draw: QuotaDraw, used: Int64) -> QuotaRefusal {
        QuotaRefusal(name: draw.name, cap: draw.cap, used: used)
    }

    /// What is used of some quotas, 0 for those without a row.
    func used(_ draws: [QuotaDraw]) async throws -> [Int64] {
        let uses = try await second.uses(of: draws.map(\.name))
        return draws.map { uses[$0.name]?.used ?? 0 }
    }

    func counted(
        _ number: UInt64, _ quotas: [QuotaDraw], queue: String? = nil, key: String? = nil
    ) -> JournalCommand {
        var command = startCommand(Self.run(number))
        (command.quotas, command.queue, command.idempotencyKey, command.executor) = (quotas, queue, key, alice)
        return .start(command)
    }

    @discardableResult
    func startCounted(_ number: UInt64, _ quotas: [QuotaDraw], queue: String? = nil) async throws -> Owner {
        try expect(try await apply(counted(number, quotas, queue: queue)), .done, "the outcome of a start")
        return Owner(run: Self.run(number), executor: alice, fence: StartCommand.firstFence)
    }

    func retry(_ run: RunID, _ quotas: [QuotaDraw]) -> JournalCommand {
        .retry(RetryCommand(run: run, tenant: Self.tenant, executor: alice, quotas: quotas, at: Self.time(10)))
    }

    func fork(_ number: UInt64, of source: RunID, _ quotas: [QuotaDraw], key: String?) -> JournalCommand {
        .fork(
            ForkCommand(
                source: source, tenant: Self.tenant, id: Self.run(number), idempotencyKey: key, key: nil,
                executor: alice, quotas: quotas, at: Self.time(11)))
    }
}
