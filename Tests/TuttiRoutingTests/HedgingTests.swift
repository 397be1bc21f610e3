import Testing
import TuttiCore
import TuttiModels
import TuttiRuntime
import TuttiTesting

@testable import TuttiRouting

/// A second deployment is asked beside one that takes long.
@Suite("Hedging")
struct HedgingTests {
    private typealias Samples = RoutingSamples

    private func world(
        _ names: [String] = ["a", "b", "c"], clock: any Timekeeper = HandClock(),
        budget: RetryBudget = RetryBudget(reserve: 1000), _ change: (inout ModelRoute) -> Void = { _ in }
    ) throws -> FailoverWorld {
        let table = Samples.table(try names.map { try Samples.deployment($0) }) { route in
            route.hedge = .after(.seconds(1))
            change(&route)
        }
        return FailoverWorld(table, clock: clock, budget: budget)
    }

    /// Goes on until it is ended.
    private static func silence() async throws -> Never {
        for await _ in AsyncStream<Never>.makeStream().stream {}
        throw CancellationError()
    }

    private static func words(_ world: FailoverWorld) -> [String] {
        (world.outcomes.first?.attempts ?? []).map { "\($0.deployment) \($0.error ?? "ok")" }.sorted()
    }

    @Test func whoIsSilentIsOvertaken() async throws {
        let clock = HandClock()
        let world = try world(clock: clock)
        let answer = try await world.hedge { attempt in
            if attempt.deployment.name == "a" { try await Self.silence() }
            attempt.noteUsage(ModelUsage(output: 7), cost: USD(microdollars: 3))
            return "\(attempt.deployment.name) \(attempt.number)"
        }
        #expect(answer == "b 2" && world.asked == ["a", "b"] && clock.sleeps == [.seconds(1)])
        #expect(Self.words(world) == ["a overtaken", "b ok"] && world.outcomes.first?.isSuccess == true)
        // It counts against nobody, and no slot stays taken.
        #expect(world.inFlight == [0, 0, 0] && world.counted == [0, 1, 0])
        #expect(world.failover.budget.counts.granted == 1)
    }

    @Test func whoAnswersInTimeIsAskedAlone() async throws {
        let world = try world(clock: StillClock())
        let answer = try await world.hedge { $0.deployment.name }
        #expect(answer == "a" && world.asked == ["a"] && world.failover.budget.counts.granted == 0)
    }

    @Test func whoSpeaksFirstIsHeard() async throws {
        let world = try world()
        let (asked, spoken) = (Nudge(), Nudge())
        let answer = try await world.hedge { attempt in
            guard attempt.deployment.name == "a" else {
                asked.call()
                await spoken.wait()
                // Nothing of it may go on to the caller any more.
                #expect(attempt.hasLost)
                try attempt.noteContent()
                return "b"
            }
            await asked.wait()
            try attempt.noteContent()
            spoken.call()
            try attempt.noteContent()
            return "a"
        }
        #expect(answer == "a" && Self.words(world) == ["a ok", "b overtaken"])
        #expect(world.inFlight == [0, 0, 0] && world.counted == [1, 0, 0])
    }

    @Test func nobodyIsAskedBesideOneThatSpeaks() async throws {
        let clock = ManualClock()
        let world = try world(clock: clock)
        let spoken = Nudge()
        async let answer = world.hedge { attempt in
            try attempt.noteContent()
            spoken.call()
            await clock.untilSleeping(1)
            clock.advance(by: .seconds(2))
            for _ in 0..<10 { await Task.yield() }
            return "a"
        }
        await spoken.wait()
        #expect(try await answer == "a" && world.asked == ["a"])
    }

    @Test(arguments: ["a", "b"])
    func theOtherOneMendsAFailure(failing: String) async throws {
        let world = try world()
        let (both, failed) = (Nudge(), Nudge())
        let answer = try await world.hedge { attempt in
            let name = attempt.deployment.name
            if name == "b" { both.call() }
            if name == failing {
                if name == "a" { await both.wait() }
                failed.call()
                throw Samples.overloaded
            }
            await failed.wait()
            return name
        }
        #expect(answer == (failing == "a" ? "b" : "a") && world.asked == ["a", "b"])
        #expect(Self.words(world) == (failing == "a" ? ["a overloaded", "b ok"] : ["a ok", "b overloaded"]))
    }

    @Test func whenBothFailTheNextIsAsked() async throws {
        let world = try world()
        let both = Nudge()
        let answer = try await world.hedge { attempt in
            switch attempt.deployment.name {
            case "a": await both.wait()
            case "b": both.call()
            default: return "c"
            }
            throw Samples.overloaded
        }
        #expect(answer == "c" && world.asked == ["a", "b", "c"])
    }

    @Test func aRequestThatIsAtFaultFailsAllTheSame() async throws {
        let world = try world()
        let both = Nudge()
        await #expect(throws: Samples.badRequest) {
            try await world.hedge { attempt in
                if attempt.deployment.name == "b" { both.call() } else { await both.wait() }
                throw Samples.badRequest
            }
        }
        #expect(world.asked == ["a", "b"] && world.inFlight == [0, 0, 0])
    }

    @Test func anAnswerThatBreaksOffIsNotTakenUpByAnother() async throws {
        let world = try world()
        let both = Nudge()
        let error = await #expect(throws: ModelError.self) {
            try await world.hedge { attempt in
                guard attempt.deployment.name == "a" else {
                    both.call()
                    try await Self.silence()
                }
                await both.wait()
                try attempt.noteContent()
                throw Samples.overloaded
            }
        }
        #expect(error?.hasContent == true && world.asked == ["a", "b"] && world.inFlight == [0, 0, 0])
    }

    @Test func aCallerThatLeavesEndsBoth() async throws {
        let world = try world()
        let both = Nudge()
        let call = Task {
            try await world.hedge { attempt in
                if attempt.deployment.name == "b" { both.call() }
                try await Self.silence()
            }
        }
        await both.wait()
        call.cancel()
        await #expect(throws: CancellationError.self) { try await call.value }
        #expect(world.inFlight == [0, 0, 0] && world.counted == [0, 0, 0])
    }

    @Test(arguments: ["alone", "budget", "unknown", "off"])
    func nobodyElseIsAsked(why: String) async throws {
        let world = try world(
            why == "alone" ? ["a"] : ["a", "b"], budget: RetryBudget(reserve: why == "budget" ? 0 : 10)
        ) { route in
            if why == "unknown" { route.hedge = .p95 }
            if why == "off" { route.hedge = nil }
        }
        let answer = try await world.hedge { attempt in
            for _ in 0..<10 { await Task.yield() }
            return attempt.deployment.name
        }
        #expect(answer == "a" && world.asked == ["a"])
    }

    @Test func theUsualTimeIsWaitedFor() async throws {
        let clock = HandClock()
        let world = try world(["a", "b"], clock: clock) { $0.hedge = .p95 }
        for _ in 0..<HedgeDelay.callsMin {
            _ = try await world.run { attempt in
                clock.advance(by: .milliseconds(400))
                try attempt.noteContent()
                return "a"
            }
        }
        let usual = try #require(world.board.snapshots(at: clock.uptime())[0].figures.firstTokenP95Milliseconds)
        let answer = try await world.hedge { attempt in
            if attempt.deployment.name == "a" { try await Self.silence() }
            return "b"
        }
        #expect(answer == "b" && clock.sleeps == [.milliseconds(usual)] && (375...425).contains(usual))
    }
}
