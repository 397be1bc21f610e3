import Testing
import TuttiCore
import TuttiModels

@testable import TuttiRouting

/// What calls tell about a deployment, and what follows for the next.
struct DeploymentHealthTests {
    private typealias Samples = RoutingSamples

    private func call(
        _ health: inout DeploymentHealth, _ id: UInt64, _ report: CallReport, at now: Duration = .zero
    ) throws {
        health.end(try health.begin(id, at: now).get(), report, at: now)
    }

    @Test func slotsAreAsManyAsThereAre() throws {
        var health = DeploymentHealth(try Samples.deployment("a", slots: 2))
        let first = try health.begin(1, at: .zero).get()
        _ = try health.begin(2, at: .zero).get()
        #expect(health.begin(3, at: .zero).block == .slotsFull)
        health.end(first, CallReport(.abandoned), at: .zero)
        health.end(first, CallReport(.abandoned), at: .zero)  // twice is once
        _ = try health.begin(4, at: .zero).get()
        #expect(health.begin(5, at: .zero).block == .slotsFull)
        #expect(health.snapshot(at: .zero).load == 1)
    }

    @Test func keysTakeTurns() throws {
        var health = DeploymentHealth(try Samples.deployment("a", keys: ["k1", "k2", "k3"]))
        var keys: [String?] = []
        for id in 1...4 { keys.append(try health.begin(UInt64(id), at: .zero).get().key?.text) }
        #expect(keys == ["k1", "k2", "k3", "k1"])
    }

    @Test func aBusyKeyRestsAndTheOthersGoOn() throws {
        var health = DeploymentHealth(try Samples.deployment("a", keys: ["k1", "k2"]))
        try call(&health, 1, CallReport(.failed(Samples.rateLimited(after: 30))))
        for id in 2...3 { #expect(try health.begin(UInt64(id), at: .seconds(1)).get().key?.text == "k2") }
        #expect(health.snapshot(at: .seconds(1)).keys.map(\.state) == [.resting, .usable])
        #expect(health.snapshot(at: .seconds(1)).keys[0].restsForMilliseconds == 29_000)
        #expect(health.snapshot(at: .seconds(30)).keys.map(\.state) == [.usable, .usable])
        #expect(health.snapshot(at: .zero).circuit == .closed)
    }

    @Test func aKeyThatIsNotAcceptedIsOutUntilItIsReplaced() throws {
        var health = DeploymentHealth(try Samples.deployment("a", keys: ["k1"]))
        try call(&health, 1, CallReport(.failed(Samples.unauthenticated)))
        #expect(health.begin(2, at: .seconds(1_000_000)).block == .keysOff)
        health.renew(try Samples.key("k1"))
        #expect(try health.begin(3, at: .seconds(1_000_000)).get().key?.text == "k1")
    }

    @Test func aKeyWithoutMoneyRestsForLong() throws {
        var health = DeploymentHealth(try Samples.deployment("a", keys: ["k1"]))
        try call(&health, 1, CallReport(.failed(Samples.quota)))
        #expect(health.obstacle(at: .seconds(3599)) == RouteObstacle(.keysResting, left: .seconds(1)))
        #expect(health.obstacle(at: .seconds(3600)) == nil)
    }

    @Test func aDeploymentIsNotAskedBeforeTheTimeThatItNames() throws {
        var health = DeploymentHealth(try Samples.deployment("a"))
        var error = Samples.overloaded
        error.retryAfter = .seconds(20)
        try call(&health, 1, CallReport(.failed(error)))
        #expect(health.begin(2, at: .seconds(19)).block == .resting)
        #expect(health.begin(3, at: .seconds(20)).block == nil)
    }

    @Test func withoutKeysABusyDeploymentRestsItself() throws {
        var health = DeploymentHealth(try Samples.deployment("a"))
        try call(&health, 1, CallReport(.failed(Samples.rateLimited(after: nil))))
        #expect(health.obstacle(at: .seconds(9)) == RouteObstacle(.resting, left: .seconds(1)))
        #expect(health.obstacle(at: .seconds(10)) == nil)
    }

    @Test func noProviderCanSendADeploymentAwayForever() throws {
        var health = DeploymentHealth(try Samples.deployment("a"))
        health.rest(nil, for: .seconds(1_000_000_000), at: .zero)
        #expect(health.obstacle(at: .zero)?.left == HealthSettings().restMax)
        health.rest(nil, for: .seconds(-5), at: .zero)
        #expect(health.obstacle(at: .zero)?.left == HealthSettings().restMax)  // shorter takes nothing away
    }

    @Test(arguments: [
        Samples.badRequest, Samples.refused, Samples.tooLong, Samples.unauthenticated, Samples.quota,
        ModelError(.forbidden, .never, ""), ModelError(.requestTooLarge, .never, ""),
        ModelError(.answerTooLarge, .never, ""), ModelError(.malformed, .never, ""),
    ])
    func whatIsNotItsFaultOpensNothing(error: ModelError) throws {
        var health = DeploymentHealth(try Samples.deployment("a", keys: (0..<30).map { "k\($0)" }))
        for id in 0..<25 { try call(&health, UInt64(id), CallReport(.failed(error))) }
        #expect(health.snapshot(at: .zero).circuit == .closed)
        #expect(health.snapshot(at: .zero).figures.calls == 0)
    }

    @Test(arguments: [
        Samples.overloaded, ModelError(.timedOut, .retry, ""), ModelError(.cutOff, .retry, ""),
        ModelError(.unreachable, .retry, ""), ModelError(.providerFailed, .retry, ""),
        ModelError(.malformed, .retry, ""), ModelError(.providerFailed, .retryElsewhere, ""),
        ModelError(.modelNotFound, .retryElsewhere, ""),
    ])
    func whatIsItsFaultOpensTheCircuit(error: ModelError) throws {
        var health = DeploymentHealth(try Samples.deployment("a"))
        for id in 0..<5 { try call(&health, UInt64(id), CallReport(.failed(error))) }
        #expect(health.begin(9, at: .zero).block == .circuitOpen)
        #expect(health.snapshot(at: .zero).figures.successShare == 0)
        #expect(health.snapshot(at: .seconds(4)).opensForMilliseconds == 6000)
    }

    @Test func aDeploymentGoesOnWithOtherKeysAndSlots() throws {
        var health = DeploymentHealth(try Samples.deployment("a", slots: 1, keys: ["k1", "k2"]))
        try call(&health, 1, CallReport(.failed(Samples.unauthenticated)))
        health.adopt(try Samples.deployment("a", slots: 3, keys: ["k1", "k3"]))
        #expect(health.snapshot(at: .zero).keys.map(\.state) == [.off, .usable])
        #expect(health.snapshot(at: .zero).slots == 3)
    }

    @Test func aSnapshotIsReadBackAsItWasWritten() throws {
        var health = DeploymentHealth(try Samples.deployment("a", keys: ["k1", "k2"]))
        try call(&health, 1, CallReport(.success, firstToken: .seconds(1), cost: USD(microdollars: 5)))
        try call(&health, 2, CallReport(.failed(Samples.rateLimited(after: 7))))
        let snapshot = health.snapshot(at: .seconds(1))
        let bytes = try CanonicalJSON.encode(snapshot)
        #expect(try CanonicalJSON.decode(HealthSnapshot.self, from: bytes) == snapshot)
        let json = try JSONValue(encoding: snapshot)
        #expect(json["in_flight"] == .int(0))
        #expect(json["figures"]?["first_token_p50_ms"] == .int(992))
        let second: JSONValue = ["key": "k2", "state": "resting", "rests_for_ms": 6000]
        #expect(json["keys"] == [["key": "k1", "state": "usable"], second])
    }

    /// Whatever happens in whatever order: never more calls than slots, never two probes, no call while open or
    /// resting, and in the end no slot is lost.
    @Test(arguments: UInt64(1)...40)
    func holdsWhateverHappens(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let slots = Int.random(in: 1...5, using: &random)
        var health = DeploymentHealth(try Samples.deployment("a", slots: slots, keys: ["k1", "k2"]))
        var running: [HealthTicket] = []
        var now = Duration.zero
        for id in 1...1500 {
            now += .milliseconds(Int.random(in: 0...3000, using: &random))
            let before = health.snapshot(at: now)
            if Bool.random(using: &random) {
                let begun = health.begin(UInt64(id), at: now)
                #expect(begun.block == before.obstacle?.reason)
                if case .success(let ticket) = begun { running.append(ticket) }
                if before.circuit != .closed, begun.block == nil {
                    #expect(health.snapshot(at: now).circuit == .probing)
                }
            } else if let ticket = running.randomElement(using: &random) {
                running.removeAll { $0 == ticket }
                health.end(ticket, report(&random), at: now)
            }
            let after = health.snapshot(at: now)
            #expect(after.inFlight == running.count && after.inFlight <= slots)
        }
        for ticket in running { health.end(ticket, report(&random), at: now) }
        #expect(health.snapshot(at: now).inFlight == 0)
    }

    private func report(_ random: inout SeededGenerator) -> CallReport {
        switch Int.random(in: 0..<10, using: &random) {
        case 0...2: CallReport(.success, firstToken: .milliseconds(5))
        case 3: CallReport(.abandoned)
        case 4: CallReport(.failed(Samples.badRequest))
        case 5: CallReport(.failed(Samples.rateLimited(after: 2)))
        default: CallReport(.failed(Samples.overloaded))
        }
    }
}
