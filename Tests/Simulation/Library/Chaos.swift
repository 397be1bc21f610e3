import TuttiCore
import TuttiEngine
import TuttiStore

/// What goes wrong, and people who interfere.
struct Chaos: Sendable {
    let world: SimulatedWorld

    private var scheduler: SimulatedScheduler { world.scheduler }

    func strike(_ times: Int) async {
        for _ in 0..<times {
            try? await scheduler.sleep(for: .milliseconds(scheduler.draw(0...6000)))
            await strikeOnce(scheduler.draw(0..<world.slots))
        }
    }

    private func strikeOnce(_ slot: Int) async {
        switch scheduler.draw(0...13) {
        case 0...2:
            world.crash(slot)
            await respawn(slot)
        case 3, 10, 11:
            world.crashAtCommit(slot, scheduler.draw(1...12), isAfter: scheduler.chance(500))
            for _ in 0..<10 where world.process(at: slot) != nil { try? await scheduler.sleep(for: .seconds(1)) }
            world.crash(slot)  // when it had too little to write
            await respawn(slot)
        case 12: await park()
        case 13: await cancelAfterTakingOver()
        case 4:
            world.setStopped(slot, true)
            try? await scheduler.sleep(for: .milliseconds(scheduler.draw(0...10_000)))
            if scheduler.chance(700) { await takeOver(from: slot) }
            try? await scheduler.sleep(for: .milliseconds(scheduler.draw(0...10_000)))
            world.setStopped(slot, false)
        case 5, 6:
            await world.shutDown(slot, grace: scheduler.chance(500) ? .seconds(scheduler.draw(0...2)) : nil)
            await respawn(slot)
        case 7: await takeOver()
        case 8: await cancel()
        case 9 where scheduler.chance(700): world.crash(slot); await respawn(slot)
        default: world.jump(by: scheduler.chance(500) ? .seconds(3600) : .seconds(-3600))
        }
    }

    private func respawn(_ slot: Int) async {
        try? await scheduler.sleep(for: .milliseconds(scheduler.draw(0...5000)))
        while world.process(at: slot) == nil {
            do { try await world.spawn(slot) } catch { try? await scheduler.sleep(for: .seconds(1)) }
        }
    }

    private func anyRun() async -> RunSummary? {
        let live = await People(world: world).all().filter { !$0.status.isFinal }
        return live.isEmpty ? nil : live[scheduler.draw(0...live.count - 1)]
    }

    private func takeOver() async {
        guard let run = await anyRun(), let process = world.anyone() else { return }
        await takeOver(run.id, by: process)
    }

    /// Somebody takes a run from a stopped process.
    private func takeOver(from slot: Int) async {
        let owner = world.process(at: slot)?.engine.executor
        let runs = await People(world: world).all().filter { $0.executor == owner && owner != nil }
        guard let run = runs.first, let process = world.anyone() else { return }
        await takeOver(run.id, by: process)
    }

    private func takeOver(_ run: RunID, by process: SimulatedWorld.Process) async {
        world.noteByName(run)
        world.log.take(run, from: world.processNumbers.map { $0 + 1 })
        _ = try? await process.engine.resume(run, takeOver: true, as: String.self)
    }

    private func cancel() async {
        guard let run = await anyRun(), let process = world.anyone() else { return }
        world.noteCancel(run.root)
        try? await process.engine.cancel(run.id)
    }

    /// A cancel that finds a run on its way from one process to another.
    private func cancelAfterTakingOver() async {
        guard let run = await anyRun(), let one = world.anyone(), let other = world.anyone() else { return }
        world.noteCancel(run.root)
        async let taken: Void = takeOver(run.id, by: one)
        try? await other.engine.cancel(run.id)
        await taken
    }

    /// Somebody stops the work on a run, to go on later.
    private func park() async {
        guard let run = await anyRun(), let process = world.anyone() else { return }
        world.log.cut(process.number, isDead: false, run: run.id)
        process.engine.park(run.id)
    }
}

extension SimulatedScheduler {
    func draw(_ range: Range<Int>) -> Int { draw(range.lowerBound...range.upperBound - 1) }
}
