import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let owning: [Clause] = [
        Clause("refuses every command of an owner whose fence is stale, and changes nothing") { world in
            let stale = try await world.startOwned()
            try await world.apply(world.record(stale, [world.openRow("open#1")]))
            _ = try await world.takeOver(stale.run)
            try await world.refusesAll(of: stale)
        },
        Clause("refuses every command of another executor with the right fence, and changes nothing") { world in
            let owner = try await world.startOwned()
            try await world.refusesAll(of: Owner(run: owner.run, executor: world.bob, fence: owner.fence))
        },
        Clause("refuses every command of an owner whose run has been given back, and changes nothing") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.release(owner, wakeSequence: 0))
            let before = try await world.snapshot(of: owner.run)
            let late = world.record(owner, [world.row("late#1")], events: ["late"])
            try world.expect(try await world.apply(late), .leaseLost, "a late record")
            try world.expect(try await world.apply(world.end(owner, .cancelled)), .leaseLost, "a late end")
            try world.expect(try await world.snapshot(of: owner.run), before, "what is stored")
        },
        Clause("refuses every command for a run that does not exist") { world in
            let owner = Owner(run: StoreWorld.run(9), executor: world.alice, fence: 1)
            try await world.refusesAll(of: owner)
        },
        Clause("keeps no bytes of a command that it refuses") { world in
            let stale = try await world.startOwned()
            _ = try await world.takeOver(stale.run)
            let large = String(repeating: "y", count: Payload.inlineSizeMax + 1)
            let late = world.record(stale, [world.row("late#1", large)])
            try world.expect(try await world.apply(late), .leaseLost, "the outcome")
            try world.expect(try await world.first.blob(Digest.sha256Hex(large)), nil, "the blob")
        },
        Clause("lets the owner after a takeover go on with the same rows") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.row("a#1")]))
            let next = try await world.takeOver(owner.run)
            try world.expect(next.fence, 2, "the fence")
            let outcome = try await world.apply(world.record(next, [world.row("b#1")]), by: world.second)
            try world.expect(outcome, .done, "the outcome")
            try world.expect(try await world.second.journal(of: owner.run).map(\.key), ["a#1", "b#1"], "the journal")
        },
        Clause("keeps the rows of two runs apart") { world in
            let (one, two) = (try await world.startOwned(1), try await world.startOwned(2))
            try await world.apply(world.record(one, [world.row("a#1", "1")], events: ["a"]))
            try await world.apply(world.record(two, [world.row("a#1", "2")]))
            try world.expect(
                try await world.second.steps(of: two.run).map(\.result), [.completed(.inline(Data("2".utf8)))], "rows")
            try world.expect(try await world.snapshot(of: two.run).events.map(\.n), [1], "the numbers of events")
        },
        Clause("applies a batch in order and answers each command") { world in
            let run = StoreWorld.run(1)
            let owner = Owner(run: run, executor: world.alice, fence: 1)
            let stranger = Owner(run: run, executor: world.bob, fence: 1)
            let outcomes = try await world.first.apply([
                world.start(run, by: world.alice), world.record(stranger, [world.row("a#1")]),
                world.record(owner, [world.row("a#1")]), world.end(owner, .failed(world.error)),
            ])
            try world.expect(outcomes, [.done, .leaseLost, .done, .done], "the outcomes")
            try world.expect(try await world.first.apply([]), [], "the outcomes of nothing")
        },
    ]
}

extension StoreWorld {
    /// Checks that an owner that is none any more can do nothing.
    func refusesAll(of owner: Owner) async throws {
        let before = try await snapshot(of: owner.run)
        let commands: [(String, JournalCommand)] = [
            ("a record", record(owner, [row("late#1")], events: ["late"], resets: true)),
            ("a record that closes an open row", record(owner, [row("open#1")], events: ["late"])),
            ("a record of a back-off", record(owner, [openRow("late#1")], events: ["late"])),
            ("the end", end(owner, .completed(Payload(Data("1".utf8))), rows: [row("late#1")])),
            ("a stop", end(owner, .blocked(.diverged, error))),
            ("a part of a stream", keep(owner, [chunk("open#1", "late", fence: owner.fence)])),
            ("a look for wakes", .takeWake(owner, at: Self.time(8))),
            ("a release", release(owner, wakeSequence: 0, rows: [row("late#1")])),
        ]
        for (name, command) in commands {
            try expect(try await apply(command), .leaseLost, "the outcome of \(name)")
            try expect(try await snapshot(of: owner.run), before, "what is stored after \(name)")
        }
    }
}
