import Testing
import TuttiCore
import TuttiModels
import TuttiRuntime

@testable import TuttiRouting

/// What holds whatever happens: cancellation, queues, budgets, many tasks at once.
struct FailoverPropertyTests {
    private typealias Samples = RoutingSamples

    // MARK: The budget

    @Test func aThousandFailingCallsDoNotBecomeThousandsMore() async throws {
        var health = HealthSettings()
        health.failuresInRow = .max
        health.failureShare = 2  // no circuit helps here
        let table = Samples.table(try ["a", "b", "c", "d"].map { try Samples.deployment($0) }) { $0.retries = 3 }
        let world = FailoverWorld(table, budget: RetryBudget(), health: health)
        for _ in 0..<1000 {
            #expect(await world.fails { _ in throw Samples.overloaded } as? ModelError == Samples.overloaded)
        }
        let further = world.asked.count - 1000
        #expect(further <= 210 && further >= 200)
        #expect(world.failover.budget.counts.granted == further)
        #expect(world.inFlight == [0, 0, 0, 0])
    }

    @Test func aBudgetIsAShareAndAReserve() {
        let budget = RetryBudget(share: 0.5, reserve: 2)
        #expect((0..<3).map { _ in budget.take() } == [true, true, false])
        budget.noteCall()
        #expect(!budget.take())
        budget.noteCall()
        #expect(budget.take() && !budget.take())
        for _ in 0..<1000 { budget.noteCall() }
        #expect((0..<3).map { _ in budget.take() } == [true, true, false])  // no more is saved up
        #expect(budget.counts.granted == 5 && budget.counts.refused == 4)
        #expect(!RetryBudget(share: 0, reserve: 0).take())
    }

    // MARK: Cancellation

    @Test func aCancelledCallFreesItsSlotAndCountsAgainstNobody() async throws {
        let world = FailoverWorld(
            Samples.table([try Samples.deployment("a"), try Samples.deployment("b")]), clock: StillClock())
        let begun = Nudge()
        let call = Task {
            await world.fails { _ in
                begun.call()
                try await world.clock.sleep(for: .seconds(1))
                return ""
            }
        }
        await begun.wait()
        #expect(world.inFlight == [1, 0])
        call.cancel()
        #expect(await call.value is CancellationError)
        #expect(world.inFlight == [0, 0] && world.counted == [0, 0] && world.asked == ["a"])
        #expect(world.outcomes.first?.attempts.map(\.error) == ["cancelled"])
    }

    @Test func anErrorThatCancellationCausedCountsAgainstNobody() async throws {
        let world = FailoverWorld(Samples.table([try Samples.deployment("a")]), clock: StillClock())
        let begun = Nudge()
        let call = Task {
            await world.fails { _ in
                begun.call()
                try? await world.clock.sleep(for: .seconds(1))
                throw ModelError(.unreachable, .retry, "the connection was closed")
            }
        }
        await begun.wait()
        call.cancel()
        #expect(await call.value is ModelError)
        #expect(world.counted == [0] && world.inFlight == [0] && world.asked == ["a"])
    }

    @Test func aCallThatWaitsForASlotCanBeCancelled() async throws {
        let table = Samples.table([try Samples.deployment("a", slots: 1)]) { $0.queueDeadline = .seconds(5) }
        let world = FailoverWorld(table, clock: StillClock())
        _ = try world.board.begin("a", at: .zero).get()
        let call = Task { await world.fails { $0.deployment.name } }
        while world.board.waiting(for: ["a"]) == 0 { await Task.yield() }
        call.cancel()
        #expect(await call.value is CancellationError)
        #expect(world.board.waiting(for: ["a"]) == 0 && world.asked.isEmpty)
    }

    // MARK: The queue

    @Test func aCallWaitsForASlotThatComes() async throws {
        let table = Samples.table([try Samples.deployment("a", slots: 1)]) { $0.queueDeadline = .seconds(5) }
        let world = FailoverWorld(table, clock: StillClock())
        let ticket = try world.board.begin("a", at: .zero).get()
        let call = Task { try await world.run { $0.deployment.name } }
        while world.board.waiting(for: ["a"]) == 0 { await Task.yield() }
        #expect(world.asked.isEmpty)
        world.board.end(ticket, CallReport(.success), at: .zero)
        #expect(try await call.value == "a")
        #expect(world.inFlight == [0] && world.board.waiting(for: ["a"]) == 0)
    }

    @Test func noCallWaitsLongerThanTheRouteSays() async throws {
        let clock = HandClock()
        let table = Samples.table([try Samples.deployment("a", slots: 1)]) { $0.queueDeadline = .seconds(2) }
        let world = FailoverWorld(table, clock: clock)
        _ = try world.board.begin("a", at: .zero).get()
        let error = await world.fails { $0.deployment.name } as? RouteError
        #expect(error?.reasons == ["a": .slotsFull] && error?.isRetryable == true)
        #expect(clock.sleeps == [.seconds(2)])
    }

    @Test func withoutADeadlineNobodyWaits() async throws {
        let clock = HandClock()
        let world = FailoverWorld(Samples.table([try Samples.deployment("a", slots: 1)]), clock: clock)
        _ = try world.board.begin("a", at: .zero).get()
        #expect(await world.fails { $0.deployment.name } is RouteError)
        #expect(clock.sleeps.isEmpty)
    }

    @Test func aSlotThatIsFarIsNotWaitedFor() async throws {
        let clock = HandClock()
        let table = Samples.table([try Samples.deployment("a", slots: 1)]) { $0.queueDeadline = .seconds(2) }
        let world = FailoverWorld(table, clock: clock)
        let slow = try world.board.begin("a", at: .zero).get()
        clock.advance(by: .seconds(30))
        world.board.end(slow, CallReport(.success), at: clock.uptime())  // calls take half a minute here
        _ = try world.board.begin("a", at: clock.uptime()).get()
        #expect(await world.fails { $0.deployment.name } is RouteError)
        #expect(clock.sleeps.isEmpty)
    }

    @Test func aQueueServesAllThatCanBeServed() async throws {
        let table = Samples.table([try Samples.deployment("a", slots: 2)]) { $0.queueDeadline = .seconds(5) }
        let world = FailoverWorld(table, clock: StillClock())
        let most = HighestNumber()
        let answers = await withTaskGroup(of: String?.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try? await world.run { attempt in
                        most.note(world.inFlight[0])
                        await Task.yield()
                        return attempt.deployment.name
                    }
                }
            }
            return await group.reduce(into: [String?]()) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0 == "a" } && answers.count == 50)
        #expect(most.value <= 2)
        #expect(world.inFlight == [0])
    }

    // MARK: Probes

    /// A deployment that may be back is asked by one call at a time, however many come.
    @Test func oneOfManyCallsFindsOut() async throws {
        let clock = HandClock()
        let table = Samples.table([try Samples.deployment("a", slots: 100), try Samples.deployment("b", slots: 100)])
        let world = FailoverWorld(table, clock: clock)
        for _ in 0..<5 {
            let ticket = try world.board.begin("a", at: .zero).get()
            world.board.end(ticket, CallReport(.failed(Samples.overloaded)), at: .zero)
        }
        clock.advance(by: HealthSettings().openFirst)
        let (probing, most) = (HighestNumber(), HighestNumber())
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    _ = try? await world.run { attempt in
                        if attempt.deployment.name == "a" {
                            most.note(world.inFlight[0])
                            probing.note(1)
                            for _ in 0..<20 { await Task.yield() }
                            throw Samples.overloaded
                        }
                        return "b"
                    }
                }
            }
        }
        #expect(probing.value == 1 && most.value == 1)
        #expect(world.asked.count { $0 == "a" } == 1)  // it failed, so nobody else came to it
        #expect(world.inFlight == [0, 0])
    }

    // MARK: Anything

    /// One call after the other, with errors of every kind: no slot is lost, none is asked while its circuit is open or
    /// it rests, none gets a second attempt after content, and none more attempts than its route says.
    @Test(arguments: UInt64(1)...30)
    func holdsWhateverComes(seed: UInt64) async throws {
        let clock = HandClock()
        let deployments = try (0..<4).map { try Samples.deployment("d\($0)", keys: $0 % 2 == 0 ? ["k1", "k2"] : []) }
        var route = ModelRoute(alias: "r", deployments: ["d0", "d1", "d2"], retries: 3)
        route.fallbacks = [RouteFallback(.code(.refused), to: ["d3", "d0"])]
        let world = FailoverWorld(RouteTable(deployments: deployments, routes: [route]), clock: clock)
        let random = LockedGenerator(SeededGenerator(seed: seed))
        for _ in 0..<150 {
            let contents = HighestNumber()
            _ = await world.fails { attempt in
                #expect(contents.value == 0)
                let name = attempt.deployment.name
                let now = world.board.snapshots(of: [name], at: clock.uptime())[name]
                #expect(now?.circuit != .open && now?.restsForMilliseconds == nil && now?.inFlight == 1)
                clock.advance(by: .milliseconds(random.draw { Int.random(in: 0...4000, using: &$0) }))
                if random.draw({ Int.random(in: 0..<8, using: &$0) }) == 0 {
                    try attempt.noteContent()
                    contents.note(1)
                }
                return try Self.anything(random)
            }
            #expect(world.inFlight == [0, 0, 0, 0])
        }
        #expect(world.outcomes.count == 150 && world.outcomes.allSatisfy { $0.attempts.count <= 4 })
        for outcome in world.outcomes {
            for (earlier, later) in zip(outcome.attempts, outcome.attempts.dropFirst())
            where earlier.error == "quota_exhausted" && earlier.key != nil {
                #expect(later.key != earlier.key)
            }
        }
    }

    /// Many tasks at once, with errors and cancellation: never more calls than slots, and in the end none is left.
    @Test(arguments: UInt64(1)...6)
    func manyTasksLoseNoSlot(seed: UInt64) async throws {
        let table = Samples.table(try (0..<3).map { try Samples.deployment("d\($0)", slots: 2) }) {
            $0.queueDeadline = .seconds(1)
        }
        let world = FailoverWorld(table)
        let random = LockedGenerator(SeededGenerator(seed: seed))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let call = Task {
                        _ = await world.fails { _ in
                            #expect(world.inFlight.allSatisfy { $0 <= 2 })
                            await Task.yield()
                            return try Self.anything(random)
                        }
                    }
                    if number % 5 == 0 { call.cancel() }
                    await call.value
                }
            }
        }
        #expect(world.inFlight == [0, 0, 0])
        #expect(world.board.waiting(for: ["d0", "d1", "d2"]) == 0)
        #expect(world.outcomes.count == 60)
    }

    private static func anything(_ random: LockedGenerator) throws -> String {
        let errors: [ModelError?] = [
            nil, nil, nil, Samples.overloaded, Samples.overloaded, Samples.refused, Samples.badRequest, Samples.quota,
            Samples.tooLong, Samples.rateLimited(after: 2), Samples.rateLimited(after: 600),
            ModelError(.cutOff, .retry, ""),
        ]
        if let error = errors[random.draw { Int.random(in: 0..<errors.count, using: &$0) }] { throw error }
        return "answer"
    }
}
