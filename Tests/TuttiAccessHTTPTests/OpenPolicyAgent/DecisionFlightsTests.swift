import Testing
import TuttiAccess
import TuttiCore

@testable import TuttiAccessHTTP

/// Decisions that are kept, without any server.
struct DecisionFlightsTests {
    private static let answer = OpenPolicyAgentAnswer(
        decision: PolicyDecision(.allow(.own), rule: "x", reason: "y"), isKept: true)

    private static func key(_ number: Int) -> DecisionKey {
        var question = PolicyServer.question()
        question.resource.id = "run_\(number)"
        return DecisionKey(question)
    }

    private static func decide(_ flights: inout DecisionFlights<Int>, _ number: Int, at now: Duration) {
        guard case .begin(let generation) = flights.ask(key(number), number, at: now) else { return }
        #expect(flights.finish(key(number), answer, generation: generation, at: now) == [number])
    }

    @Test func theOldestMakeRoom() {
        var flights = DecisionFlights<Int>(keeps: .seconds(5), decisionsMax: 100, flightsMax: 10)
        for number in 0..<1000 {
            Self.decide(&flights, number, at: .zero)
            #expect(flights.count <= 100)
        }
        #expect(flights.kept(Self.key(899), at: .zero) == nil)
        #expect(flights.kept(Self.key(900), at: .zero) == Self.answer.decision)
        #expect(flights.flightCount == 0)
    }

    @Test func whatIsOverMakesRoom() {
        var flights = DecisionFlights<Int>(keeps: .seconds(5), decisionsMax: 100, flightsMax: 10)
        for number in 0..<50 { Self.decide(&flights, number, at: .zero) }
        Self.decide(&flights, 7, at: .seconds(5))
        #expect(flights.count == 1)
        #expect(flights.kept(Self.key(7), at: .seconds(9)) == Self.answer.decision)
        #expect(flights.kept(Self.key(7), at: .seconds(10)) == nil)
    }

    @Test func whoAsksAfterAChangeDoesNotWaitForAnAnswerFromBefore() {
        var flights = DecisionFlights<Int>(keeps: .seconds(5), decisionsMax: 100, flightsMax: 10)
        guard case .begin(let before) = flights.ask(Self.key(1), 1, at: .zero),
            case .wait = flights.ask(Self.key(1), 2, at: .zero)
        else {
            Issue.record("the second should wait for the first")
            return
        }
        flights.forget()
        guard case .begin(let after) = flights.ask(Self.key(1), 3, at: .zero) else {
            Issue.record("the third should ask anew")
            return
        }
        #expect(flights.finish(Self.key(1), Self.answer, generation: before, at: .zero) == [1, 2])
        #expect(flights.kept(Self.key(1), at: .zero) == nil)
        #expect(flights.finish(Self.key(1), Self.answer, generation: after, at: .zero) == [3])
        #expect(flights.kept(Self.key(1), at: .zero) == Self.answer.decision)
    }
}
