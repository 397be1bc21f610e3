import Testing
import TuttiCore
import TuttiRuntime
import TuttiTesting

@Suite struct NudgeTests {
    @Test func keepsACallForTheNextWait() async {
        let nudge = Nudge()
        nudge.call()
        nudge.call()  // many calls before a look count as one
        await nudge.wait()
        let waiting = Task { await nudge.wait() }
        let woken = Task {
            await waiting.value
            return true
        }
        nudge.call()
        #expect(await woken.value)
    }

    @Test("loses no call, whenever it comes", arguments: 0..<4)
    func losesNoCall(seed: Int) async {
        let (nudge, counter) = (Nudge(), Counter())
        let rounds = 500
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                for round in 0..<rounds {
                    counter.add("called")
                    nudge.call()
                    for _ in 0..<((round + seed) % 4) { await Task.yield() }
                    await counter.until("seen", atLeast: counter["called"])
                }
            }
            group.addTask {
                while counter["seen"] < rounds {
                    await nudge.wait()
                    while counter["seen"] < counter["called"] { counter.add("seen") }
                }
            }
        }
        #expect(counter["seen"] == rounds)
    }

    @Test func returnsWhenTheTaskIsCancelled() async {
        let nudge = Nudge()
        let waiting = Task { await nudge.wait() }
        waiting.cancel()
        await waiting.value
        let late = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            await nudge.wait()
            return true
        }
        #expect(await late.value)
        nudge.call()
        await nudge.wait()
    }

    @Test func returnsAfterItsLimit() async {
        let (nudge, clock) = (Nudge(), ManualClock())
        let waiting = Task { await nudge.wait(atMost: .seconds(5), on: clock) }
        await clock.untilSleeping(1)
        clock.advance(by: .seconds(5))
        await waiting.value
        nudge.call()
        await nudge.wait(atMost: .seconds(5), on: clock)
        #expect(clock.uptime() == .seconds(5), "a call before the wait ends it at once")
    }

    @Test("leaves no wait behind when call, limit and cancellation meet", arguments: 0..<3)
    func meets(seed: Int) async {
        let clock = ManualClock()
        var ended = 0
        for round in 0..<200 {
            let nudge = Nudge()
            let waiting = Task { await nudge.wait(atMost: .milliseconds(1), on: clock) }
            await withTaskGroup(of: Void.self) { group in
                group.addTask { if (round + seed) % 2 == 0 { nudge.call() } else { waiting.cancel() } }
                group.addTask {
                    for _ in 0..<(round % 5) { await Task.yield() }
                    clock.advance(by: .milliseconds(1))
                }
            }
            nudge.call()
            await waiting.value
            ended += 1
        }
        #expect(ended == 200)
    }
}

@Suite struct ManualClockTests {
    @Test func wakesSleepersWhenTheirTimeHasCome() async throws {
        let (clock, counter) = (ManualClock(), Counter())
        let start = clock.now()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for seconds in 1...3 {
                group.addTask {
                    try await clock.sleep(for: .seconds(seconds))
                    counter.add("\(seconds)")
                }
            }
            await clock.untilSleeping(3)
            clock.advance(by: .seconds(2))
            await counter.until("1", atLeast: 1)
            await counter.until("2", atLeast: 1)
            #expect(counter["3"] == 0)
            clock.advance(by: .seconds(1))
            try await group.waitForAll()
        }
        #expect(counter.all == ["1": 1, "2": 1, "3": 1])
        #expect(clock.now() - start == .seconds(3))
    }

    @Test func wakesASleeperThatIsCancelled() async {
        let clock = ManualClock()
        let sleeping = Task { try await clock.sleep(for: .seconds(1)) }
        await clock.untilSleeping(1)
        sleeping.cancel()
        await #expect(throws: CancellationError.self) { try await sleeping.value }
        let cancelled = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            try await clock.sleep(for: .seconds(1))
        }
        await #expect(throws: CancellationError.self) { try await cancelled.value }
    }

    @Test func doesNotSleepForNothing() async throws {
        let clock = ManualClock()
        try await clock.sleep(for: .zero)
        try await clock.sleep(for: .seconds(-5))
        #expect(clock.uptime() == .zero)
    }
}

@Suite struct TimeoutTests {
    @Test func cancelsWhatTakesTooLongAndWaitsForIt() async {
        let (clock, ended) = (ManualClock(), Signal())
        let working = Task {
            try await withTimeout(.seconds(1), on: clock) {
                try? await Signal().waitUnlessCancelled()
                ended.give()
                return 1
            }
        }
        await clock.untilSleeping(1)
        clock.advance(by: .seconds(1))
        await #expect(throws: TimeoutError.self) { try await working.value }
        #expect(ended.isGiven)
    }

    @Test func passesOnWhatComesInTime() async throws {
        let clock = ManualClock()
        let value: Int? = try await withTimeout(.seconds(1), on: clock) { nil }
        #expect(value == nil)
        await #expect(throws: Trouble.self) {
            try await withTimeout(.seconds(1), on: clock) { () -> Int in throw Trouble() }
        }
    }
}
