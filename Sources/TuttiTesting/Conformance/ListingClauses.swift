import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let listing: [Clause] = [
        Clause("lists the newest runs first, and no more than asked for") { world in
            for n: UInt64 in 1...5 { try await world.apply(world.start(StoreWorld.run(n), at: Int64(n))) }
            for (limit, expected): (Int, [UInt64]) in [(0, []), (-1, []), (2, [5, 4]), (9, [5, 4, 3, 2, 1])] {
                let found = try await world.second.runs(RunFilter(limit: limit), tenant: StoreWorld.tenant)
                try world.expect(found.map(\.id), expected.map(StoreWorld.run), "a listing of at most \(limit)")
            }
        },
        Clause("lists runs of the same moment in the order of their names") { world in
            for n: UInt64 in [2, 1, 3] { try await world.apply(world.start(StoreWorld.run(n), at: 1)) }
            let found = try await world.second.runs(RunFilter(), tenant: StoreWorld.tenant)
            try world.expect(found.map(\.id), [3, 2, 1].map(StoreWorld.run), "the runs")
        },
        Clause("filters by status before it counts") { world in
            for n: UInt64 in 1...3 {
                let owner = try await world.startOwned(n)
                if n < 3 { try await world.apply(world.end(owner, .failed(world.error))) }
            }
            let filter = RunFilter(statuses: [.failed, .cancelled], limit: 1)
            let found = try await world.second.runs(filter, tenant: StoreWorld.tenant)
            try world.expect(found.count, 1, "the number of runs")
            try world.expect(found.first?.status, .failed, "the status")
            let running = RunFilter(statuses: [.running])
            try world.expect(try await world.second.runs(running, tenant: StoreWorld.tenant).count, 1, "running ones")
            let blocked = RunFilter(statuses: [.blocked])
            try world.expect(try await world.second.runs(blocked, tenant: StoreWorld.tenant), [], "blocked ones")
        },
        Clause("filters by workflow, age and kin") { world in
            for (n, workflow): (UInt64, String) in [(1, "tea"), (2, "tea"), (3, "work")] {
                let run = StoreWorld.run(n)
                try await world.apply(world.start(run, workflow: workflow, by: world.alice, at: Int64(n)))
            }
            let owner = Owner(run: StoreWorld.run(3), executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.startChild(4, of: owner, at: 4))
            for (filter, expected): (RunFilter, [UInt64]) in [
                (RunFilter(workflow: "tea"), [2, 1]), (RunFilter(workflow: "te"), []),
                (RunFilter(from: StoreWorld.time(2)), [4, 3, 2]), (RunFilter(before: StoreWorld.time(2)), [1]),
                (RunFilter(from: StoreWorld.time(2), before: StoreWorld.time(4)), [3, 2]),
                (RunFilter(kin: .roots), [3, 2, 1]), (RunFilter(kin: .children), [4]),
                (RunFilter(parent: StoreWorld.run(3)), [4]), (RunFilter(parent: StoreWorld.run(1)), []),
                (RunFilter(statuses: [.running], workflow: "tea", kin: .roots, limit: 1), [2]),
            ] {
                let found = try await world.second.runs(filter, tenant: StoreWorld.tenant)
                try world.expect(found.map(\.id), expected.map(StoreWorld.run), "\(filter)")
            }
        },
        Clause("counts runs by state, as a filter finds them, however few it lists") { world in
            for n: UInt64 in 1...4 {
                let owner = try await world.startOwned(n)
                if n < 3 { try await world.apply(world.end(owner, .failed(world.error))) }
            }
            try await world.apply(world.start(StoreWorld.run(5), queue: "q"))
            for (filter, expected): (RunFilter, [RunStatus: Int]) in [
                (RunFilter(limit: 1), [.failed: 2, .running: 2, .queued: 1]),
                (RunFilter(statuses: [.failed, .running]), [.failed: 2, .running: 2]),
                (RunFilter(workflow: "tea"), [:]), (RunFilter(kin: .children), [:]),
            ] {
                let found = try await world.second.counts(of: filter, tenant: StoreWorld.tenant)
                try world.expect(found, expected, "the counts of \(filter)")
            }
            try world.expect(try await world.second.counts(of: RunFilter(), tenant: "ours"), [:], "another tenant's")
        },
        Clause("goes on behind the last run that was listed") { world in
            for n: UInt64 in 1...5 { try await world.apply(world.start(StoreWorld.run(n), at: Int64(n / 2))) }
            var pages: [[RunID]] = []
            var filter = RunFilter(limit: 2)
            repeat {
                let page = try await world.second.runs(filter, tenant: StoreWorld.tenant)
                pages.append(page.map(\.id))
                filter.behind = page.last.map(RunFilter.Place.init(of:)) ?? filter.behind
            } while pages.last?.isEmpty == false && pages.count < 9
            try world.expect(pages, [[5, 4], [3, 2], [1], []].map { $0.map(StoreWorld.run) }, "the pages")
        },
        Clause("finds runs by their titles and by the beginnings of their names") { world in
            for (n, title): (UInt64, String?) in [(1, "Photo sharing"), (2, nil), (3, "A 100% PHOTO_book")] {
                var start = world.startCommand(StoreWorld.run(n), at: Int64(n))
                start.title = title
                try await world.apply(.start(start))
            }
            for (text, expected): (String, [UInt64]) in [
                ("photo", [3, 1]), ("SHARING", [1]), ("%", [3]), ("_b", [3]), ("tea", []),
                (StoreWorld.run(2).text, [2]), ("run_", [3, 2, 1]),
            ] {
                let found = try await world.second.runs(RunFilter(text: text), tenant: StoreWorld.tenant)
                try world.expect(found.map(\.id), expected.map(StoreWorld.run), "a search for '\(text)'")
            }
        },
        Clause("keeps title and trace of a run, and gives a fork the title and its own trace") { world in
            var start = world.startCommand(StoreWorld.run(1))
            (start.title, start.trace) = ("Tea", "00-1-2-01")
            try await world.apply(.start(start))
            let fork = ForkCommand(
                source: StoreWorld.run(1), tenant: StoreWorld.tenant, id: StoreWorld.run(2), key: nil, queue: "q",
                executor: nil, trace: "00-3-4-01", at: StoreWorld.time(2))
            try await world.apply(.fork(fork))
            let runs = try await world.second.runs(RunFilter(), tenant: StoreWorld.tenant)
            try world.expect(runs.map(\.title), ["Tea", "Tea"], "the titles")
            try world.expect(runs.map(\.trace), ["00-3-4-01", "00-1-2-01"], "the traces")
            try world.expect(runs.map(\.queue), ["q", nil], "the queues")
            for (source, expected): (UInt64, [UInt64]) in [(1, [2]), (2, [])] {
                let filter = RunFilter(forkedFrom: StoreWorld.run(source))
                let forks = try await world.second.runs(filter, tenant: StoreWorld.tenant)
                try world.expect(forks.map(\.id), expected.map(StoreWorld.run), "the forks of \(source)")
            }
        },
        Clause("shows the runs that an account covers, and no others") { world in
            let accounts: [RunAccount] = [
                RunAccount(), RunAccount(person: "usr_a"), RunAccount(person: "usr_b", project: "prj_x"),
                RunAccount(person: "usr_a", project: "prj_x"),
            ]
            for (index, account) in accounts.enumerated() {
                var start = world.startCommand(StoreWorld.run(UInt64(index + 1)))
                start.account = account
                try await world.apply(.start(start))
            }
            for (account, expected): (RunAccount, [UInt64]) in [
                (RunAccount(), [4, 3, 2, 1]), (RunAccount(person: "usr_a"), [4, 2]), (RunAccount(person: "usr_c"), []),
                (RunAccount(project: "prj_x"), [4, 3]), (RunAccount(person: "usr_b", project: "prj_x"), [3]),
            ] {
                let filter = RunFilter(account: account)
                let found = try await world.second.runs(filter, tenant: StoreWorld.tenant)
                try world.expect(found.map(\.id), expected.map(StoreWorld.run), "a listing for \(account)")
                let counts = try await world.second.counts(of: filter, tenant: StoreWorld.tenant)
                try world.expect(counts.values.reduce(0, +), expected.count, "the counts for \(account)")
                let names = try await world.second.runs(
                    beginningWith: "run_", tenant: StoreWorld.tenant, account: account, limit: 9)
                try world.expect(Set(names), Set(expected.map(StoreWorld.run)), "the names for \(account)")
            }
            let feed = try await world.second.feed(
                after: FeedCursor(position: 0), tenant: StoreWorld.tenant, limit: 99)
            try world.expect(feed.events.map(\.account), accounts, "the accounts of the events")
        },
        Clause("keeps the account of a run: a child is for whom its parent is, a fork for whom it is made") { world in
            var start = world.startCommand(StoreWorld.run(1))
            (start.account, start.executor) = (RunAccount(person: "usr_a", project: "prj_x"), world.alice)
            try await world.apply(.start(start))
            let owner = Owner(run: start.id, executor: world.alice, fence: StartCommand.firstFence)
            try await world.apply(world.startChild(3, of: owner))
            try await world.apply(world.ask(owner, "ok"))
            for (account, count) in [(start.account, 1), (RunAccount(person: "usr_b"), 0)] {
                let open = try await world.second.openApprovals(
                    tenant: StoreWorld.tenant, account: account, limit: 9)
                try world.expect([open.oldest.count, open.total], [count, count], "what \(account) is asked")
            }
            let fork = ForkCommand(
                source: StoreWorld.run(1), tenant: StoreWorld.tenant, id: StoreWorld.run(2), key: nil, executor: nil,
                account: RunAccount(person: "usr_b"), at: StoreWorld.time(2))
            try await world.apply(.fork(fork))
            for (n, account): (UInt64, RunAccount) in [
                (1, start.account), (2, fork.account), (3, start.account),
            ] {
                let record = try await world.second.run(StoreWorld.run(n), tenant: StoreWorld.tenant)
                try world.expect(record?.summary.account, account, "the account of run \(n)")
            }
        },
        Clause("forks a run once for each idempotency key") { world in
            for n: UInt64 in 1...2 { try await world.apply(world.start(StoreWorld.run(n))) }
            for (n, source, key, known): (UInt64, UInt64, String?, UInt64?) in [
                (3, 1, "k", nil), (4, 1, "k", 3), (5, 1, "other", nil), (6, 2, "k", nil), (7, 1, nil, nil),
                (8, 1, nil, nil),
            ] {
                let fork = ForkCommand(
                    source: StoreWorld.run(source), tenant: StoreWorld.tenant, id: StoreWorld.run(n),
                    idempotencyKey: key, key: nil, executor: nil, at: StoreWorld.time(2))
                let outcome = try await world.apply(.fork(fork))
                if let known {
                    try world.expect(outcome, .existing(StoreWorld.run(known), sameInput: true), "fork \(n)")
                } else {
                    let made = ClaimedRun(run: fork.id, fence: StartCommand.firstFence, recoveries: 0)
                    try world.expect(outcome, .claimed([made]), "fork \(n)")
                }
            }
            let other = ForkCommand(
                source: StoreWorld.run(1), tenant: StoreWorld.tenant, id: StoreWorld.run(9), idempotencyKey: "k",
                key: nil, input: .inline(Data("2".utf8)), executor: nil, at: StoreWorld.time(2))
            let conflict = try await world.apply(.fork(other))
            try world.expect(conflict, .existing(StoreWorld.run(3), sameInput: false), "a fork with another input")
            let all = try await world.second.runs(RunFilter(limit: 20), tenant: StoreWorld.tenant)
            try world.expect(all.count, 7, "the number of runs")
        },
        Clause("finds names by their beginning") { world in
            for n: UInt64 in 1...3 { try await world.apply(world.start(StoreWorld.run(n))) }
            let whole = StoreWorld.run(2).text
            for (text, limit, count) in [
                (whole, 5, 1), ("run_", 5, 3), ("run_", 2, 2), ("run_zz", 5, 0), ("", 5, 3),
                (whole + "0", 5, 0), ("run_", 0, 0), ("run_", -1, 0),
            ] {
                let found = try await world.second.runs(beginningWith: text, tenant: StoreWorld.tenant, limit: limit)
                try world.expect(found.count, count, "the number of names that begin with '\(text)'")
            }
        },
        Clause("pages through events") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.row("a#1")], events: (2...9).map { "e\($0)" }))
            for (after, limit, expected): (Int64, Int, [Int64]) in [
                (0, 3, [1, 2, 3]), (3, 2, [4, 5]), (8, 5, [9]), (9, 5, []), (99, 5, []), (-5, 1, [1]), (0, 0, []),
                (0, -1, []),
            ] {
                let found = try await world.second.events(of: owner.run, after: after, limit: limit)
                try world.expect(found.map(\.n), expected, "the page after \(after)")
            }
            try world.expect(try await world.second.events(of: StoreWorld.run(7), after: 0, limit: 5), [], "no run's")
        },
        Clause("never shows one tenant's runs to another") { world in
            let run = StoreWorld.run(1)
            try await world.apply(world.start(run, tenant: "theirs", queue: "q"))
            try world.expect(try await world.second.run(run, tenant: "ours"), nil, "a run by name")
            try world.expect(try await world.second.runs(RunFilter(), tenant: "ours"), [], "a listing")
            let found = try await world.second.runs(beginningWith: "run_", tenant: "ours", limit: 5)
            try world.expect(found, [], "names by their beginning")
            let claim = world.claimQueue(by: world.bob, tenant: "ours")
            try world.expect(try await world.second.hasClaimable(claim), false, "whether there is anything to claim")
        },
        Clause("knows its executors, alive and dead, until they are closed") { world in
            let all = try await world.second.executors()
            try world.expect(all.map(\.id), [world.alice, world.bob], "the executors")
            try world.expect(all.map(\.isAlive), [true, true], "their lives")
            try world.expect(all.map(\.process), [1, 2], "their processes")
            _ = try await world.startOwned()
            world.killAlice()
            try world.expect(try await world.second.executors().map(\.isAlive), [false, true], "their lives later")
            try await world.second.closeExecutor(world.bob)
            try world.expect(try await world.first.executors().map(\.id), [world.alice], "the executors later")
        },
    ]
}
