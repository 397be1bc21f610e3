import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// Which deployment is asked after which.
struct FailoverTests {
    private typealias Samples = RoutingSamples

    private func world(
        _ names: [String] = ["a", "b", "c"], keys: [String] = [], _ change: (inout ModelRoute) -> Void = { _ in }
    ) throws -> FailoverWorld {
        FailoverWorld(Samples.table(try names.map { try Samples.deployment($0, keys: keys) }, change))
    }

    @Test func theFirstAnswerIsTheAnswer() async throws {
        let world = try world(keys: ["k"])
        let answer = try await world.run { attempt in
            attempt.noteUsage(ModelUsage(output: 7), cost: USD(microdollars: 3))
            return "\(attempt.deployment.name) \(attempt.number)"
        }
        #expect(answer == "a 1")
        let model = try #require(ModelReference("x/y"))
        #expect(
            world.outcomes == [
                RouteOutcome(
                    route: "r",
                    attempts: [
                        RouteOutcome.Attempt(
                            deployment: "a", model: model, key: try Samples.key("k"), usage: ModelUsage(output: 7),
                            cost: USD(microdollars: 3))
                    ], isSuccess: true)
            ])
        #expect(world.inFlight == [0, 0, 0] && world.counted == [1, 0, 0])
        #expect(world.failover.budget.counts.granted == 0)
    }

    @Test(arguments: [
        ModelErrorCode.overloaded, .timedOut, .unreachable, .cutOff, .providerFailed, .malformed, .rateLimited,
    ])
    func theNextIsAskedAtOnce(code: ModelErrorCode) async throws {
        let clock = HandClock()
        let world = FailoverWorld(
            Samples.table([try Samples.deployment("a"), try Samples.deployment("b")]), clock: clock)
        let answer = try await world.run { attempt in
            guard attempt.deployment.name == "b" else {
                clock.advance(by: .seconds(2))
                throw ModelError(code, .retry, "")
            }
            return "b"
        }
        #expect(answer == "b" && world.asked == ["a", "b"] && clock.sleeps.isEmpty)
        let attempts = try #require(world.outcomes.first?.attempts)
        #expect(attempts.map(\.error) == [code.rawValue, nil])
        #expect(attempts.map(\.durationMilliseconds) == [2000, 0])
    }

    @Test(arguments: [Samples.badRequest, Samples.refused, ModelError(.requestTooLarge, .never, "")])
    func whatOnlyAnotherRequestMendsIsTold(error: ModelError) async throws {
        let world = try world()
        #expect(await world.fails { _ in throw error } as? ModelError == error)
        #expect(world.asked == ["a"] && world.outcomes.map(\.isSuccess) == [false])
    }

    @Test func anErrorOfSomebodyElseIsNoReasonToGoOn() async throws {
        struct Broken: Error {}
        let world = try world()
        #expect(await world.fails { _ in throw Broken() } is Broken)
        #expect(world.asked == ["a"] && world.counted == [0, 0, 0] && world.inFlight == [0, 0, 0])
        #expect(world.outcomes.first?.attempts.map(\.error) == ["listener"])
    }

    // MARK: Fallbacks

    @Test func aFailureLeadsWhereTheRouteSays() async throws {
        let deployments = try ["a", "b", "local"].map { try Samples.deployment($0) }
        var route = ModelRoute(alias: "r", deployments: ["a", "b"])
        route.fallbacks = [
            RouteFallback(.classification(.never), to: ["b"]), RouteFallback(.code(.refused), to: ["a", "local"]),
        ]
        let world = FailoverWorld(RouteTable(deployments: deployments, routes: [route]))
        let error = await world.fails { _ in throw Samples.refused }
        #expect(error as? ModelError == Samples.refused)
        #expect(world.asked == ["a", "local", "b"])  // a code says more than a class, and nobody is asked twice
    }

    @Test func aConversationThatIsTooLongGoesToThoseThatTakeMore() async throws {
        let limits: [(String, Int64?)] = [("a", 100), ("same", 100), ("unknown", nil), ("large", 200)]
        let world = FailoverWorld(
            Samples.table(
                try limits.map { try Samples.deployment($0.0, limits: DeploymentLimits(contextTokens: $0.1)) }))
        #expect(await world.fails { _ in throw Samples.tooLong } as? ModelError == Samples.tooLong)
        #expect(world.asked == ["a", "unknown", "large"])
    }

    @Test func fallbacksAreCountedLikeOthers() async throws {
        var route = ModelRoute(alias: "r", deployments: ["a"], retries: 0)
        route.fallbacks = [RouteFallback(.code(.refused), to: ["b"])]
        let table = RouteTable(
            deployments: [try Samples.deployment("a"), try Samples.deployment("b")], routes: [route])
        let world = FailoverWorld(table)
        #expect(await world.fails { _ in throw Samples.refused } is ModelError)
        #expect(world.asked == ["a"])
    }

    // MARK: Keys

    @Test(arguments: [
        Samples.unauthenticated, Samples.quota, Samples.rateLimited(after: 60), ModelError(.forbidden, .never, ""),
    ])
    func anotherKeyIsTakenAndTheSameNever(error: ModelError) async throws {
        let table = Samples.table([
            try Samples.deployment("a", keys: ["k1", "k2"]),
            try Samples.deployment("b", model: "x/2", keys: ["k1", "k3"]),
        ]) { $0.retries = 9 }
        let world = FailoverWorld(table)
        #expect(await world.fails { _ in throw error } as? ModelError == error)
        #expect(world.asked == ["a:k1", "a:k2", "b:k3"])
    }

    @Test func aDeploymentWithoutKeysIsNotAskedTwiceForMoney() async throws {
        let world = try world(["a", "b"])
        #expect(await world.fails { _ in throw Samples.quota } is ModelError)
        #expect(world.asked == ["a", "b"])
    }

    // MARK: Content

    @Test func onceAnAnswerHasBegunThereIsNoOther() async throws {
        let clock = HandClock()
        let world = FailoverWorld(
            Samples.table([try Samples.deployment("a"), try Samples.deployment("b")]), clock: clock)
        let error = await world.fails { attempt in
            clock.advance(by: .seconds(1))
            try attempt.noteContent()
            clock.advance(by: .seconds(5))
            try attempt.noteContent()
            throw ModelError(.cutOff, .retry, "")
        }
        #expect((error as? ModelError)?.hasContent == true)
        #expect(world.asked == ["a"] && world.counted == [1, 0])  // it counts against the deployment all the same
        #expect(world.outcomes.first?.attempts.map(\.firstTokenMilliseconds) == [1000])
    }

    @Test func anErrorThatSaysSoIsBelieved() async throws {
        let world = try world()
        var error = Samples.overloaded
        error.hasContent = true
        let told = error
        #expect(await world.fails { _ in throw told } as? ModelError == told)
        #expect(world.asked == ["a"])
    }

    // MARK: Rounds and waits

    @Test func thoseWithABadMomentAreAskedOnceMore() async throws {
        let clock = HandClock()
        let table = Samples.table([try Samples.deployment("a"), try Samples.deployment("b")])
        let world = FailoverWorld(table, clock: clock)
        let answer = try await world.run { attempt in
            guard attempt.number == 4 else { throw Samples.overloaded }
            return attempt.deployment.name
        }
        #expect(answer == "b" && world.asked == ["a", "b", "a", "b"])
        #expect(clock.sleeps.count == 1 && clock.sleeps.allSatisfy { $0 <= .milliseconds(400) })
    }

    @Test func attemptsAreAsManyAsTheRouteSays() async throws {
        for retries in 0...3 {
            let world = try world(["a", "b"]) { $0.retries = retries }
            #expect(await world.fails { _ in throw Samples.overloaded } is ModelError)
            #expect(world.asked.count == retries + 1)
        }
    }

    @Test func aShortRestIsWaitedForAndALongOneNot() async throws {
        for (seconds, asked) in [(3, 2), (5, 2), (6, 1), (3600, 1)] {
            let clock = HandClock()
            let table = Samples.table([try Samples.deployment("a", keys: ["k"])]) { $0.retries = 1 }
            let world = FailoverWorld(table, clock: clock)
            let error = await world.fails { _ in throw Samples.rateLimited(after: seconds) }
            #expect((error as? ModelError)?.kind == .rateLimited)
            #expect(world.asked.count == asked)
            #expect(clock.sleeps == (asked == 2 ? [.seconds(seconds)] : []))
        }
    }

    @Test func noWaitGoesBeyondTheCallersTime() async throws {
        let clock = HandClock()
        let world = FailoverWorld(Samples.table([try Samples.deployment("a", keys: ["k"])]), clock: clock)
        #expect(await world.fails(timeLeft: .seconds(3)) { _ in throw Samples.rateLimited(after: 3) } is ModelError)
        #expect(world.asked.count == 1 && clock.sleeps.isEmpty)
    }

    @Test func noAttemptBeginsAfterTheCallersTime() async throws {
        let clock = HandClock()
        let world = FailoverWorld(
            Samples.table([try Samples.deployment("a"), try Samples.deployment("b")]), clock: clock)
        let error = await world.fails(timeLeft: .seconds(10)) { _ in
            clock.advance(by: .seconds(10))
            throw Samples.overloaded
        }
        #expect(error as? ModelError == Samples.overloaded && world.asked == ["a"])
        #expect(world.inFlight == [0, 0])
    }

    @Test func whatCannotBeAskedIsPassedOver() async throws {
        let world = try world(["a", "b"])
        world.board.rest("a", key: nil, for: .seconds(60), at: .zero)
        #expect(try await world.run { $0.deployment.name } == "b")
        world.board.rest("b", key: nil, for: .seconds(90), at: .zero)
        let error = await world.fails { $0.deployment.name } as? RouteError
        #expect(error?.kind == .nothingAvailable && error?.retryAfter == .seconds(60))
        #expect(error?.reasons == ["a": .resting, "b": .resting])
        #expect(world.outcomes.last == RouteOutcome(route: "r"))
    }

    @Test func anOutcomeIsReadBackAsItWasWritten() async throws {
        let world = try world(["a", "b"], keys: ["k1", "k2"])
        _ = await world.fails { _ in throw Samples.quota }
        let outcome = try #require(world.outcomes.first)
        #expect(try CanonicalJSON.decode(RouteOutcome.self, from: CanonicalJSON.encode(outcome)) == outcome)
        let first = try JSONValue(encoding: outcome)["attempts"]
        guard case .array(let attempts)? = first else { return #expect(Bool(false), "attempts are a list") }
        #expect(
            attempts.first
                == ["deployment": "a", "model": "x/y", "key": "k1", "error": "quota_exhausted", "duration_ms": 0])
    }
}
