import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let recording: [Clause] = [
        Clause("writes a row with its events, numbered without a gap") { world in
            let owner = try await world.startOwned()
            let row = world.row("a#1", "\"x\"", attempt: 2, fingerprint: "f")
            let first = world.record(owner, [row], events: ["a", "b"])
            try world.expect(try await world.apply(first), .done, "the outcome")
            let step = try await world.second.steps(of: owner.run).first
            try world.expect(step?.kind, .step, "the kind")
            try world.expect(step?.attempt, 2, "the attempt")
            try world.expect(step?.fingerprint, "f", "the fingerprint")
            try world.expect(step?.result, .completed(.inline(Data("\"x\"".utf8))), "the result")
            try world.expect(step?.ended, StoreWorld.time(2), "the end")
            let events = try await world.second.events(of: owner.run, after: 0, limit: 10)
            try world.expect(events.map(\.n), [1, 2, 3], "the numbers")
            try world.expect(events.map(\.type), ["run.started", "a", "b"], "the types")
        },
        Clause("answers a record that is given again by what it had written, without its events") { world in
            let owner = try await world.startOwned()
            let command = world.record(owner, [world.row("a#1")], events: ["a"])
            try await world.apply(command)
            let before = try await world.snapshot(of: owner.run)
            guard case .adopted(let known) = try await world.apply(command) else {
                throw ConformanceFailure(description: "the row was not adopted")
            }
            try world.expect([known], before.steps, "the adopted row")
            try world.expect(try await world.snapshot(of: owner.run), before, "what is stored")
        },
        Clause("lets the first to close a key win, and tells the second what it said") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.row("a#1", "1")]))
            let second = try await world.apply(world.record(owner, [world.failedRow("a#1")], events: ["late"]))
            guard case .adopted(let known) = second else {
                throw ConformanceFailure(description: "the second was answered by \(second)")
            }
            try world.expect(known.result, .completed(.inline(Data("1".utf8))), "the adopted result")
            try world.expect(try await world.snapshot(of: owner.run).events.count, 1, "the number of events")
        },
        Clause("tells of the last row only, and skips closed ones before it") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.row("a#1", "1")]))
            let both = world.record(owner, [world.row("a#1", "2"), world.row("b#1", "3")], events: ["b"])
            try world.expect(try await world.apply(both), .done, "the outcome")
            let steps = try await world.second.steps(of: owner.run)
            try world.expect(steps.map(\.key), ["a#1", "b#1"], "the keys in the order of their writing")
            try world.expect(steps.first?.result, .completed(.inline(Data("1".utf8))), "the first row")
        },
        Clause("keeps an error with all it says") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.failedRow("a#1")]))
            try world.expect(try await world.second.steps(of: owner.run).first?.result, .failed(world.error), "the row")
        },
        Clause("keeps a row open until it is closed, and its first start") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.openRow("a#1", due: 60)], events: ["try"]))
            let open = try await world.second.steps(of: owner.run).first
            try world.expect(open?.result, .open(world.error, due: StoreWorld.time(60)), "the open row")
            try world.expect(open?.ended, nil, "the end of an open row")
            var last = world.row("a#1", "1", attempt: 3)
            last.started = StoreWorld.time(80)
            let done = world.record(owner, [world.openRow("a#1", attempt: 2, due: 70)], events: ["try"])
            try await world.apply(done)
            try world.expect(try await world.apply(world.record(owner, [last], events: ["done"])), .done, "closing")
            let steps = try await world.second.steps(of: owner.run)
            try world.expect(steps.map(\.attempt), [3], "the attempt")
            try world.expect(steps.first?.started, StoreWorld.time(1), "the start")
            try world.expect(steps.first?.result, .completed(.inline(Data("1".utf8))), "the result")
            let events = try await world.snapshot(of: owner.run).events.map(\.type)
            try world.expect(events, ["run.started", "try", "try", "done"], "the events")
        },
        Clause("opens a row once, however often the same attempt is given") { world in
            let owner = try await world.startOwned()
            try await world.applyTwice(
                world.record(owner, [world.openRow("a#1")], events: ["try"]), about: owner.run)
        },
        Clause("checks the owner of a record without rows") { world in
            let owner = try await world.startOwned()
            try await world.applyTwice(world.record(owner, []), about: owner.run)
            let stale = Owner(run: owner.run, executor: world.bob, fence: owner.fence)
            try world.expect(try await world.apply(world.record(stale, [])), .leaseLost, "a stranger's record")
        },
        Clause("numbers events without a gap when two writers append") { world in
            let owner = try await world.startOwned()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for n in 1...20 { try await world.apply(world.record(owner, [world.row("s#\(n)")], events: ["s"])) }
                }
                group.addTask {
                    for _ in 1...20 { try await world.apply(world.cancel(owner.run), by: world.second) }
                }
                try await group.waitForAll()
            }
            let events = try await world.snapshot(of: owner.run).events
            try world.expect(events.map(\.n), Array(1...22), "the numbers")
            try world.expect(events.count { $0.type == "cancel" }, 1, "the number of cancel events")
        },
    ]
}
