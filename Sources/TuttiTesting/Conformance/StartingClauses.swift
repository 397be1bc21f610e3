import FoundationEssentials
import TuttiCore
import TuttiStore

extension JournalStoreConformance {
    static let starting: [Clause] = [
        Clause("writes a run, its first event and its owner") { world in
            let run = StoreWorld.run(1)
            try await world.applyTwice(world.start(run, input: "[1]", queue: "q", by: world.alice), about: run)
            let found = try await world.snapshot(of: run)
            try world.expect(found.record?.input, .inline(Data("[1]".utf8)), "the input")
            let summary = try await world.summary(of: run)
            try world.expect(summary.status, .running, "the status")
            try world.expect(summary.executor, world.alice, "the owner")
            try world.expect(summary.queue, "q", "the queue")
            try world.expect(summary.fence, 1, "the fence")
            try world.expect(found.events.map(\.type), ["run.started"], "the events")
        },
        Clause("leaves a run without an owner for its queue") { world in
            let run = StoreWorld.run(1)
            try await world.applyTwice(world.start(run, queue: "q"), about: run)
            try world.expect(try await world.summary(of: run).status, .queued, "the status")
        },
        Clause("answers a known idempotency key with its run and says whether the input is the same") { world in
            let (known, other) = (StoreWorld.run(1), StoreWorld.run(2))
            try await world.apply(world.start(known, input: "1", key: "k"))
            let same = try await world.apply(world.start(other, input: "1", key: "k"), by: world.second)
            try world.expect(same, .existing(known, sameInput: true), "the same input")
            let different = try await world.apply(world.start(other, input: "2", key: "k"))
            try world.expect(different, .existing(known, sameInput: false), "another input")
            try world.expect(try await world.snapshot(of: other).record, nil, "the second run")
        },
        Clause("keeps idempotency keys apart by workflow and by tenant") { world in
            try await world.apply(world.start(StoreWorld.run(1), key: "k"))
            let other = world.start(StoreWorld.run(2), workflow: "other", key: "k")
            try world.expect(try await world.apply(other), .done, "another workflow")
            let foreign = world.start(StoreWorld.run(3), tenant: "foreign", key: "k")
            try world.expect(try await world.apply(foreign), .done, "another tenant")
        },
        Clause("keeps a payload of more than 8 KiB once, under its hash") { world in
            let large = "\"" + String(repeating: "x", count: Payload.inlineSizeMax) + "\""
            let hash = Digest.sha256Hex(large)
            let owner = try await world.startOwned()
            try await world.apply(world.start(StoreWorld.run(2), input: large))
            try await world.apply(world.record(owner, [world.row("a#1", large), world.row("b#1", large)]))
            let second = try await world.snapshot(of: StoreWorld.run(2))
            try world.expect(second.record?.input, .blob(hash: hash), "the input")
            let steps = try await world.second.steps(of: owner.run)
            try world.expect(
                steps.map(\.result), [.completed(.blob(hash: hash)), .completed(.blob(hash: hash))], "rows")
            try world.expect(try await world.second.blob(hash), Data(large.utf8), "the blob")
            try world.expect(try await world.second.blob("unknown"), nil, "an unknown blob")
            let inline = Data(repeating: 0x31, count: Payload.inlineSizeMax)
            try world.expect(Payload(inline), .inline(inline), "8 KiB")
        },
        Clause("keeps an empty payload apart from none") { world in
            let owner = try await world.startOwned()
            try await world.apply(world.record(owner, [world.row("a#1", "")]))
            try world.expect(
                try await world.second.steps(of: owner.run).first?.result, .completed(.inline(Data())), "the row")
        },
    ]
}
