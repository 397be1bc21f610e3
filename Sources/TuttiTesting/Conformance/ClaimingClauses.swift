import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let claiming: [Clause] = [
        Clause("gives a run by name to whoever asks, when nobody alive has it") { world in
            let run = StoreWorld.run(1)
            try await world.apply(world.start(run))
            let claimed = ClaimedRun(run: run, fence: 2, recoveries: 0)
            try world.expect(try await world.apply(world.claim(run, by: world.alice)), .claimed([claimed]), "the claim")
            let summary = try await world.summary(of: run)
            try world.expect(summary.status, .running, "the status")
            try world.expect(summary.executor, world.alice, "the owner")
            try world.expect(summary.fence, 2, "the fence")
        },
        Clause("refuses a run by name that a living executor has, unless it is taken over") { world in
            let owner = try await world.startOwned()
            let polite = try await world.apply(world.claim(owner.run, by: world.bob), by: world.second)
            try world.expect(polite, .refused(.owned(by: world.alice)), "a polite claim")
            try world.expect(try await world.summary(of: owner.run).fence, 1, "the fence")
            try world.expect(try await world.takeOver(owner.run).fence, 2, "the fence after a takeover")
        },
        Clause("gives a run by name away when its owner is dead") { world in
            let owner = try await world.startOwned()
            world.killAlice()
            try world.expect(try await world.summary(of: owner.run).reason, "interrupted", "the reason")
            let outcome = try await world.apply(world.claim(owner.run, by: world.bob), by: world.second)
            try world.expect(outcome, .claimed([ClaimedRun(run: owner.run, fence: 2, recoveries: 0)]), "the claim")
        },
        Clause("lets exactly one of two claims by name win") { world in
            let run = StoreWorld.run(1)
            try await world.apply(world.start(run))
            async let one = world.apply(world.claim(run, by: world.alice))
            async let two = world.apply(world.claim(run, by: world.bob), by: world.second)
            let outcomes = [try await one, try await two]
            let winners = outcomes.count { if case .claimed = $0 { true } else { false } }
            try world.expect(winners, 1, "the number of winners")
            try world.expect(try await world.summary(of: run).fence, 2, "the fence")
        },
        Clause("refuses what does not exist, what has ended and what belongs to another tenant") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.end(owner, .failed(world.error)))
            let ended = try await world.apply(world.claim(owner.run, by: world.bob, takeOver: true))
            try world.expect(ended, .refused(.ended(.failed)), "a claim of an ended run")
            let missing = try await world.apply(world.claim(StoreWorld.run(8), by: world.bob))
            try world.expect(missing, .refused(.notFound), "a claim of no run")
            try await world.apply(world.start(StoreWorld.run(2), tenant: "foreign"))
            let foreign = try await world.apply(world.claim(StoreWorld.run(2), by: world.bob))
            try world.expect(foreign, .refused(.notFound), "a claim of a foreign run")
        },
        Clause("gives blocked runs by name a new task") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.end(owner, .blocked(.diverged, world.error)))
            let next = try await world.takeOver(owner.run)
            let summary = try await world.summary(of: owner.run)
            try world.expect(summary.status, .running, "the status")
            try world.expect(summary.error, nil, "the error")
            try world.expect(summary.reason, nil, "the reason")
            try world.expect(try await world.apply(world.record(next, [world.row("a#1")])), .done, "a record")
        },
        Clause("gives runs of the queues away, the longest due first, and no more than asked for") { world in
            for n: UInt64 in 1...4 {
                try await world.apply(world.start(StoreWorld.run(n), queue: "q", at: Int64(5 - n)))
            }
            let two = try await world.apply(.claim(world.claimQueue(by: world.bob, limit: 2)), by: world.second)
            try world.expect(two, world.claimed([4, 3]), "the first claim")
            let rest = try await world.apply(.claim(world.claimQueue(by: world.alice)))
            try world.expect(rest, world.claimed([2, 1]), "the second claim")
            try world.expect(try await world.apply(.claim(world.claimQueue(by: world.bob))), .claimed([]), "the third")
        },
        Clause("leaves alone what is not due, in no queue, in another one, unknown or foreign") { world in
            try await world.apply(world.start(StoreWorld.run(1)))
            try await world.apply(world.start(StoreWorld.run(2), queue: "other"))
            try await world.apply(world.start(StoreWorld.run(3), workflow: "unknown", queue: "q"))
            try await world.apply(world.start(StoreWorld.run(4), tenant: "foreign", queue: "q"))
            try await world.apply(world.start(StoreWorld.run(5), queue: "q", at: 100))
            let owned = try await world.startOwned(6, queue: "q")
            let claim = world.claimQueue(by: world.bob, at: 5)
            try world.expect(try await world.second.hasClaimable(claim), false, "whether there is anything")
            try world.expect(try await world.apply(.claim(claim), by: world.second), .claimed([]), "the claim")
            try world.expect(try await world.summary(of: owned.run).executor, world.alice, "the owner")
            let later = world.claimQueue(by: world.bob, at: 100)
            try world.expect(try await world.second.hasClaimable(later), true, "whether there is anything later")
        },
        Clause("takes runs of the queues from dead executors at once, and counts it") { world in
            let owner = try await world.startOwned(1, queue: "q")
            try await world.apply(.takeWake(owner, at: StoreWorld.time(2)))
            world.killAlice()
            try world.expect(try await world.summary(of: owner.run).status, .queued, "the status")
            let claim = world.claimQueue(by: world.bob)
            try world.expect(try await world.second.hasClaimable(claim), true, "whether there is anything")
            let outcome = try await world.apply(.claim(claim), by: world.second)
            try world.expect(outcome, .claimed([ClaimedRun(run: owner.run, fence: 2, recoveries: 1)]), "the claim")
            let due = try await world.second.dueRuns(of: world.bob, at: StoreWorld.time(5))
            try world.expect(due, [Owner(run: owner.run, executor: world.bob, fence: 2)], "what is due")
        },
        Clause("leaves a foreground run of a dead executor to a claim by name") { world in
            let owner = try await world.startOwned()
            world.killAlice()
            let outcome = try await world.apply(.claim(world.claimQueue(by: world.bob)), by: world.second)
            try world.expect(outcome, .claimed([]), "the claim")
            try world.expect(try await world.summary(of: owner.run).status, .waiting, "the status")
        },
        Clause("blocks a run that took too many executors with it, until it is claimed by name") { world in
            let owner = try await world.startOwned(1, queue: "q")
            world.killAlice()
            let strict = world.claimQueue(by: world.bob, recoveriesMax: 0)
            try world.expect(try await world.apply(.claim(strict), by: world.second), .claimed([]), "the claim")
            let summary = try await world.summary(of: owner.run)
            try world.expect(summary.status, .blocked, "the status")
            try world.expect(summary.reason, "recovery_exhausted", "the reason")
            try world.expect(summary.error?.code, "recovery_exhausted", "the evidence")
            try world.expect(try await world.snapshot(of: owner.run).events.last?.type, "run.blocked", "the last event")
            try await world.refusesAll(of: owner)
            try await world.apply(world.claim(owner.run, by: world.bob), by: world.second)
            let claimed = try await world.summary(of: owner.run)
            try world.expect(claimed.status, .running, "the status after a claim")
            try world.expect(claimed.queue, "q", "the queue after a claim")
        },
        Clause("begins to count recoveries anew when a row was closed or the run claimed by name") { world in
            for (number, resets): (UInt64, Bool) in [(1, true), (2, false)] {
                let owner = try await world.startOwned(number, queue: "q")
                try await world.takesFromDead(owner, executor: 100 + number, recoveries: 1)
                let dead = Owner(run: owner.run, executor: StoreWorld.executor(100 + number), fence: 2)
                if resets {
                    try await world.apply(world.record(dead, [world.row("a#1")], resets: true))
                    try await world.takesFromDead(dead, executor: 200 + number, recoveries: 1)
                } else {
                    _ = try await world.takeOver(owner.run)
                    try world.expect(try await world.summary(of: owner.run).fence, 3, "the fence")
                }
            }
        },
    ]
}

extension StoreWorld {
    func claimed(_ numbers: [UInt64], fence: Int64 = 2) -> JournalOutcome {
        .claimed(numbers.map { ClaimedRun(run: Self.run($0), fence: fence, recoveries: 0) })
    }

    /// Lets a run's owner die without a trace, and a fresh executor claim it from the queue.
    ///
    /// The owner is given up by closing it, which any executor can be made to do.
    func takesFromDead(_ owner: Owner, executor number: UInt64, recoveries: Int) async throws {
        try await first.closeExecutor(owner.executor)
        let fresh = Self.executor(number)
        try await first.openExecutor(fresh, process: 3, at: Self.time(3))
        let outcome = try await apply(.claim(claimQueue(by: fresh)))
        let expected = ClaimedRun(run: owner.run, fence: owner.fence + 1, recoveries: recoveries)
        try expect(outcome, .claimed([expected]), "the claim from a dead executor")
    }
}
