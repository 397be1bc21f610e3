import Testing
import TuttiCore

@testable import TuttiRouting

/// When a deployment is left alone, and how it comes back.
struct CircuitBreakerTests {
    private let settings = HealthSettings()

    /// A breaker that has been opened by failures in a row, at 0.
    private func opened() -> CircuitBreaker {
        var breaker = CircuitBreaker(settings: settings)
        for _ in 0..<settings.failuresInRow { call(&breaker, .failure, at: .zero) }
        return breaker
    }

    private func call(_ breaker: inout CircuitBreaker, _ verdict: CircuitBreaker.Verdict, at now: Duration) {
        guard let pass = breaker.begin(at: now) else { return }
        breaker.end(pass, verdict, at: now)
    }

    private func begin(_ breaker: inout CircuitBreaker, at now: Duration) -> CircuitBreaker.Pass? {
        breaker.begin(at: now)
    }

    @Test func failuresInARowOpenIt() {
        var breaker = CircuitBreaker(settings: settings)
        for _ in 1..<settings.failuresInRow { call(&breaker, .failure, at: .zero) }
        call(&breaker, .success, at: .zero)
        for _ in 1..<settings.failuresInRow { call(&breaker, .failure, at: .zero) }
        #expect(breaker.standing(at: .zero) == .closed)
        call(&breaker, .failure, at: .zero)
        #expect(breaker.standing(at: .zero) == .open(left: settings.openFirst))
        #expect(begin(&breaker, at: .seconds(9)) == nil)
    }

    @Test func aShareOfFailuresOpensIt() {
        var breaker = CircuitBreaker(settings: settings)
        for number in 0..<9 { call(&breaker, number % 2 == 0 ? .success : .failure, at: .seconds(number)) }
        #expect(breaker.standing(at: .seconds(9)) == .closed)  // nine calls say nothing
        call(&breaker, .failure, at: .seconds(9))
        #expect(breaker.standing(at: .seconds(9)) == .open(left: settings.openFirst))
    }

    @Test func whatIsLongAgoDoesNotCount() {
        var breaker = CircuitBreaker(settings: settings)
        for number in 0..<9 { call(&breaker, number % 2 == 0 ? .success : .failure, at: .zero) }
        call(&breaker, .failure, at: settings.window + .seconds(5))
        #expect(breaker.standing(at: settings.window + .seconds(5)) == .closed)
    }

    @Test func whatTheRequestIsToBlameForDoesNotCount() {
        var breaker = CircuitBreaker(settings: settings)
        for _ in 0..<100 { call(&breaker, .answered, at: .zero) }
        for _ in 0..<100 { call(&breaker, .unknown, at: .zero) }
        #expect(breaker.standing(at: .zero) == .closed)
    }

    @Test func oneProbeFindsOut() throws {
        var breaker = opened()
        let now = settings.openFirst
        #expect(breaker.standing(at: now) == .halfOpen(isFree: true))
        let probe = try #require(begin(&breaker, at: now))
        #expect(probe.isProbe)
        #expect(begin(&breaker, at: now) == nil)
        breaker.end(probe, .success, at: now)
        #expect(breaker.standing(at: now) == .closed)
    }

    @Test func aRequestAtFaultShowsThatTheDeploymentIsThere() throws {
        var breaker = opened()
        let probe = try #require(begin(&breaker, at: settings.openFirst))
        breaker.end(probe, .answered, at: settings.openFirst)
        #expect(breaker.standing(at: settings.openFirst) == .closed)
    }

    @Test func aProbeThatIsGivenUpIsFollowedByAnother() throws {
        var breaker = opened()
        let probe = try #require(begin(&breaker, at: settings.openFirst))
        breaker.end(probe, .unknown, at: settings.openFirst)
        #expect(begin(&breaker, at: settings.openFirst)?.isProbe == true)
    }

    @Test func eachFailedProbeDoublesTheTimeUpToACap() throws {
        var breaker = opened()
        var now = settings.openFirst
        var times: [Duration] = []
        for _ in 0..<8 {
            let probe = try #require(begin(&breaker, at: now))
            breaker.end(probe, .failure, at: now)
            guard case .open(let left) = breaker.standing(at: now) else { break }
            times.append(left)
            now += left
        }
        #expect(times == [20, 40, 80, 160, 300, 300, 300, 300].map { .seconds($0) })
        call(&breaker, .success, at: now)
        for _ in 0..<settings.failuresInRow { call(&breaker, .failure, at: now) }
        #expect(breaker.standing(at: now) == .open(left: settings.openFirst))  // closing forgets
    }

    @Test func callsFromBeforeTellNothingNow() throws {
        var breaker = CircuitBreaker(settings: settings)
        let old = (0..<20).compactMap { _ in breaker.begin(at: .zero) }
        for pass in old.prefix(5) { breaker.end(pass, .failure, at: .seconds(1)) }
        let standing = breaker.standing(at: .seconds(1))
        for pass in old.dropFirst(5).prefix(5) { breaker.end(pass, .success, at: .seconds(1)) }
        #expect(breaker.standing(at: .seconds(1)) == standing)
        let probe = try #require(begin(&breaker, at: .seconds(11)))
        for pass in old.suffix(10) { breaker.end(pass, .failure, at: .seconds(11)) }
        #expect(breaker.standing(at: .seconds(11)) == .halfOpen(isFree: false))
        breaker.end(probe, .success, at: .seconds(12))
        #expect(breaker.standing(at: .seconds(12)) == .closed)
    }
}
