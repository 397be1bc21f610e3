import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let waking: [Clause] = [
        Clause("finds what is due for an executor, and nothing once its wake is taken") { world in
            let run = StoreWorld.run(1)
            try await world.apply(world.start(run))
            try await world.apply(world.claim(run, by: world.alice))
            let owner = Owner(run: run, executor: world.alice, fence: 2)
            let now = StoreWorld.time(6)
            try world.expect(try await world.first.dueRuns(of: world.alice, at: now), [owner], "what is due")
            try world.expect(try await world.first.dueRuns(of: world.bob, at: now), [], "what is due for another")
            let wake = try await world.applyTwice(.takeWake(owner, at: now), about: run)
            try world.expect(wake, .wake(sequence: 0, isCancelRequested: false), "the wake")
            try world.expect(try await world.first.dueRuns(of: world.alice, at: now), [], "what is due after it")
        },
        Clause("makes a run due again at its earliest open time") { world in
            let owner = try await world.startOwned()
            let rows = [world.openRow("a#1", due: 60), world.openRow("b#1", due: 40), world.openRow("c#1", due: 3)]
            for row in rows { try await world.apply(world.record(owner, [row])) }
            try await world.apply(.takeWake(owner, at: StoreWorld.time(6)))
            try world.expect(
                try await world.first.dueRuns(of: world.alice, at: StoreWorld.time(39)), [], "what is due before")
            try world.expect(
                try await world.first.dueRuns(of: world.alice, at: StoreWorld.time(40)), [owner], "what is due then")
        },
        Clause("makes a run due at the time of its second back-off as at that of its first") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.openRow("a#1", due: 40)]))
            try await world.apply(.takeWake(owner, at: StoreWorld.time(41)))
            try await world.apply(world.record(owner, [world.openRow("a#1", attempt: 2, due: 80)]))
            try world.expect(
                try await world.first.dueRuns(of: world.alice, at: StoreWorld.time(79)), [], "what is due before")
            try world.expect(
                try await world.first.dueRuns(of: world.alice, at: StoreWorld.time(80)), [owner], "what is due then")
        },
        Clause("wakes a run that is to be cancelled, once") { world in
            let owner = try await world.startOwned()
            let outcome = try await world.applyTwice(world.cancel(owner.run), about: owner.run)
            try world.expect(outcome, .cancelRequested(unattended: []), "the outcome")
            try world.expect(try await world.summary(of: owner.run).isCancelRequested, true, "the flag")
            let due = try await world.first.dueRuns(of: world.alice, at: StoreWorld.time(6))
            try world.expect(due, [owner], "what is due")
            let wake = try await world.apply(.takeWake(owner, at: StoreWorld.time(6)))
            try world.expect(wake, .wake(sequence: 1, isCancelRequested: true), "the wake")
        },
        Clause("gives a foreground run back for a claim by name") { world in
            let owner = try await world.startOwned()
            let release = world.release(owner, wakeSequence: 0, rows: [world.row("a#1")])
            try world.expect(try await world.applyTwice(release, about: owner.run), .done, "the outcome")
            let summary = try await world.summary(of: owner.run)
            try world.expect(summary.status, .waiting, "the status")
            try world.expect(summary.reason, "interrupted", "the reason")
            try world.expect(summary.executor, nil, "the owner")
            try world.expect(try await world.second.journal(of: owner.run).map(\.key), ["a#1"], "the journal")
        },
        Clause("gives a run of a queue back for whoever comes first, without counting a recovery") { world in
            let owner = try await world.startOwned(1, queue: "q")
            try await world.apply(world.release(owner, wakeSequence: 0))
            try world.expect(try await world.summary(of: owner.run).status, .queued, "the status")
            let outcome = try await world.apply(.claim(world.claimQueue(by: world.bob, at: 7)), by: world.second)
            try world.expect(outcome, world.claimed([1]), "the claim")
        },
        Clause("does not give back a run that was woken meanwhile") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.cancel(owner.run), by: world.second)
            try world.expect(try await world.apply(world.release(owner, wakeSequence: 0)), .woken, "the outcome")
            try world.expect(try await world.summary(of: owner.run).executor, world.alice, "the owner")
            try world.expect(try await world.apply(world.release(owner, wakeSequence: 1)), .done, "with the wake")
        },
        Clause("changes its count with each commit of any writer") { world in
            let before = try await world.first.changeCount()
            try world.expect(try await world.first.changeCount(), before, "the count without a change")
            try await world.apply(world.start(StoreWorld.run(1)), by: world.second)
            let after = try await world.first.changeCount()
            try world.expect(after == before, false, "whether the count stayed")
            try await world.apply(world.start(StoreWorld.run(2)))
            try world.expect(try await world.first.changeCount() == after, false, "whether it stayed for our own")
        },
    ]
}
