import Testing
import TuttiHTTP

@testable import TuttiHTTPClient

@Suite struct CallClockTests {
    private let timeouts = HTTPTimeouts(
        connect: .seconds(1), firstByte: .seconds(10), idle: .seconds(5), total: .seconds(100))

    @Test func eachPartHasItsLimit() {
        var clock = CallClock(timeouts, now: .seconds(1000))
        #expect(clock.due == .seconds(1100))
        clock.connected(.seconds(1020))
        #expect(clock.due == .seconds(1030))
        #expect(clock.expired(.seconds(1029)) == nil)
        #expect(clock.expired(.seconds(1030)) == .timeoutFirstByte)
        clock.progressed(.seconds(1029))
        #expect(clock.expired(.seconds(1033)) == nil)
        #expect(clock.expired(.seconds(1034)) == .timeoutIdle)
        clock.progressed(.seconds(1033))
        #expect(clock.due == .seconds(1038))
    }

    @Test func whatTheReaderWaitsForHasItsLimit() {
        var timeouts = timeouts
        timeouts.firstContent = .seconds(20)
        var clock = CallClock(timeouts, now: .zero)
        clock.connected(.seconds(1))
        clock.progressed(.seconds(18))
        #expect(clock.due == .seconds(21))
        #expect(clock.expired(.seconds(20)) == nil)
        #expect(clock.expired(.seconds(21)) == .timeoutFirstContent)
        clock.look(.seconds(20), hasContent: true)
        #expect(clock.due == .seconds(23))
        #expect(clock.expired(.seconds(22)) == nil)
    }

    @Test func whoWaitsForContentIsNotIdle() {
        var timeouts = timeouts
        timeouts.firstContent = .seconds(20)
        var clock = CallClock(timeouts, now: .zero)
        clock.connected(.seconds(1))
        clock.progressed(.seconds(2))  // the head; the limit of idleness is 5 s
        clock.look(.seconds(7), hasContent: false)
        #expect(clock.expired(.seconds(7)) == nil)
        #expect(clock.due == .seconds(12))
        clock.look(.seconds(21), hasContent: false)
        #expect(clock.expired(.seconds(21)) == .timeoutFirstContent)
        clock.progressed(.seconds(14))
        clock.look(.seconds(19), hasContent: true)
        #expect(clock.expired(.seconds(19)) == .timeoutIdle)
    }

    @Test func aRestThatNobodyReadsIsNotWaitedForLong() {
        var clock = CallClock(timeouts, now: .zero)
        clock.progressed(.seconds(50))
        clock.draining(.seconds(50))
        #expect(clock.due == .seconds(50) + HTTPBody.restTimeMax)
    }

    @Test func aPauseIsNoSilence() {
        var clock = CallClock(timeouts, now: .zero)
        clock.progressed(.seconds(1))
        clock.paused()
        #expect(clock.due == .seconds(100))
        #expect(clock.expired(.seconds(99)) == nil)
        #expect(clock.expired(.seconds(100)) == .timeoutTotal)
    }

    @Test func theTotalIsNeverExceeded() {
        var clock = CallClock(timeouts, now: .zero)
        clock.progressed(.seconds(98))
        #expect(clock.due == .seconds(100))
        #expect(clock.expired(.seconds(100)) == .timeoutTotal)
    }
}

@Suite struct DeadlinesTests {
    @Test func whoIsDueFirstComesFirst() {
        var deadlines = Deadlines()
        for id in [5, 1, 4, 2, 3] as [UInt64] { deadlines.set(id, .seconds(Int(id))) }
        #expect(deadlines.next == .seconds(1))
        #expect(deadlines.popDue(at: .milliseconds(999)) == nil)
        var order: [UInt64] = []
        while let id = deadlines.popDue(at: .seconds(4)) { order.append(id) }
        #expect(order == [1, 2, 3, 4])
        #expect(deadlines.next == .seconds(5))
    }

    @Test func aDeadlineMovesEarlierAtOnceAndLaterWhenItComesUp() {
        var deadlines = Deadlines()
        deadlines.set(1, .seconds(10))
        deadlines.set(1, .seconds(5))
        deadlines.set(1, .seconds(20))
        #expect(deadlines.popDue(at: .seconds(5)) == 1)
        #expect(deadlines.popDue(at: .seconds(30)) == nil)
    }

    @Test func whoIsRemovedDoesNotComeUp() {
        var deadlines = Deadlines()
        deadlines.set(1, .seconds(1))
        deadlines.set(2, .seconds(2))
        deadlines.remove(1)
        deadlines.remove(7)
        #expect(deadlines.popDue(at: .seconds(9)) == 2)
        #expect(deadlines.popDue(at: .seconds(9)) == nil)
    }

    @Test func theHeapDoesNotGrowWithWhatIsGone() {
        var deadlines = Deadlines()
        for id in 0..<10_000 as Range<UInt64> {
            deadlines.set(id, .seconds(600 + Int(id)))
            if id >= 10 { deadlines.remove(id - 10) }
        }
        #expect(deadlines.count <= 130)
        #expect(deadlines.popDue(at: .seconds(100_000)) == 9_990)
    }
}

@Suite struct AdmissionTests {
    private func admission(calls: Int = 100, perHost: Int = 100, waiting: Int = 100) -> Admission {
        Admission(callsMax: calls, callsPerHostMax: perHost, waitingMax: waiting)
    }

    @Test func aHostHasALimit() {
        var admission = admission(perHost: 2)
        let verdicts = (1...4).map { admission.arrive($0, at: "a", isGated: false, now: .zero) }
        #expect(verdicts == [.start, .start, .wait, .wait])
        #expect(admission.arrive(5, at: "b", isGated: false, now: .zero) == .start)
        #expect(admission.next(now: .zero) == nil)
        admission.leave(1, at: "a")
        #expect(admission.next(now: .zero) == 3)
        #expect(admission.next(now: .zero) == nil)
    }

    @Test func allTogetherHaveALimitAndHostsTakeTurns() {
        var admission = admission(calls: 1)
        #expect(admission.arrive(1, at: "a", isGated: false, now: .zero) == .start)
        for (id, host) in [(2, "a"), (3, "a"), (4, "b"), (5, "b")] as [(UInt64, String)] {
            #expect(admission.arrive(id, at: host, isGated: false, now: .zero) == .wait)
        }
        var order: [UInt64] = []
        for (last, host) in [(1, "a"), (2, "a"), (4, "b"), (3, "a"), (5, "b")] as [(UInt64, String)] {
            admission.leave(last, at: host)
            if let id = admission.next(now: .zero) { order.append(id) }
        }
        #expect(order == [2, 4, 3, 5])
    }

    @Test func waitingHasALimit() {
        var admission = admission(calls: 1, waiting: 1)
        let verdicts = (1...3).map { admission.arrive($0, at: "a", isGated: false, now: .zero) }
        #expect(verdicts == [.start, .wait, .refuse])
        admission.giveUp(2, at: "a")
        #expect(admission.waitingCount == 0)
        #expect(admission.arrive(4, at: "a", isGated: false, now: .zero) == .wait)
    }

    @Test func theFirstCallFindsTheHostForAll() {
        var admission = admission()
        let verdicts = (1...3).map { admission.arrive($0, at: "a", isGated: true, now: .zero) }
        #expect(verdicts == [.start, .wait, .wait])
        #expect(admission.next(now: .zero) == nil)
        admission.explored(9, at: "a", now: .zero)
        #expect(admission.next(now: .zero) == nil)
        admission.explored(1, at: "a", now: .zero)
        #expect(admission.next(now: .zero) == 2)
        #expect(admission.next(now: .zero) == 3)
        #expect(admission.arrive(4, at: "a", isGated: true, now: .seconds(49)) == .start)
        #expect(admission.arrive(5, at: "a", isGated: true, now: .seconds(51)) == .start)
        #expect(admission.arrive(6, at: "a", isGated: true, now: .seconds(51)) == .wait)
    }

    @Test func aConnectionThatIsKeptIsTakenOnce() {
        var admission = admission()
        for id in 1...3 as ClosedRange<UInt64> { _ = admission.arrive(id, at: "a", isGated: false, now: .zero) }
        var found = [admission.takeIdleConnection(at: "a")]
        admission.leave(1, at: "a", keepsConnection: true)
        admission.leave(2, at: "a", keepsConnection: false)
        for host in ["b", "a", "a"] { found.append(admission.takeIdleConnection(at: host)) }
        #expect(found == [false, false, true, false])
    }

    @Test func anotherOneGoesAheadWhenTheFirstLeaves() {
        var admission = admission()
        for id in 1...3 as ClosedRange<UInt64> { _ = admission.arrive(id, at: "a", isGated: true, now: .zero) }
        admission.leave(1, at: "a")
        #expect(admission.next(now: .zero) == 2)
        #expect(admission.next(now: .zero) == nil)
        #expect(admission.isExploring(2, at: "a"))
        #expect(!admission.isExploring(1, at: "a"))
        #expect(admission.waiting(at: "a") == [3])
    }
}

@Suite struct HeadParserTests {
    private func head(_ lines: String...) -> HTTPHead? {
        var parser = HeadParser(sizeMax: 1000, fieldsMax: 10)
        for line in lines {
            switch parser.take(Array((line + "\r\n").utf8)) {
            case .more: continue
            case .complete(let head): return head
            case .tooLarge, .broken: return nil
            }
        }
        return nil
    }

    @Test func aHeadIsReadLineByLine() {
        #expect(
            head("HTTP/1.1 200 OK", "A: b", "B:\t c \t", "C:", "")
                == HTTPHead(status: 200, headers: ["A": "b", "B": "c", "C": ""]))
        #expect(head("HTTP/2 503", "") == HTTPHead(status: 503, headers: [:]))
        #expect(head("HTTP/1.1 103 x", "A: b", "", "HTTP/1.1 200", "") == HTTPHead(status: 200, headers: [:]))
    }

    @Test(arguments: [
        ["HTTP/1.1"], ["HTTP/1.1 abc"], ["HTTP/1.1 99 x"], ["HTTP/1.1 200", "no colon"], ["HTTP/1.1 200", " a: b"],
    ])
    func whatIsNoneIsBroken(_ lines: [String]) {
        var parser = HeadParser(sizeMax: 1000, fieldsMax: 10)
        var isBroken = false
        for line in lines { if case .broken = parser.take(Array((line + "\r\n").utf8)) { isBroken = true } }
        #expect(isBroken)
    }
}

@Suite struct SecondLookTests {
    @Test func aConnectionThatFallsSilentIsLookedAtMoreAndMoreSeldom() {
        var look = SecondLook()
        look.stir(3, at: .zero)
        #expect(look.due == nil)  // without TLS nothing is shared
        look.begin()
        look.stir(3, at: .seconds(1))
        look.stir(4, at: .seconds(1) + .milliseconds(2))
        #expect(look.due == .seconds(1) + .milliseconds(7))
        #expect(look.takeDue(at: .seconds(1) + .milliseconds(6)).isEmpty)
        look.forget(4)
        #expect(look.takeDue(at: .seconds(2)) == [3])
        #expect(look.due == .seconds(2) + .milliseconds(10))
        for _ in 0..<20 { _ = look.takeDue(at: .seconds(3)) }
        _ = look.takeDue(at: .seconds(9))
        var at = Duration.seconds(9)
        for _ in 0..<20 {
            at = look.due ?? .zero
            #expect(look.takeDue(at: at) == [3])
        }
        #expect(look.due == at + SecondLook.delayMax)
        look.stir(3, at: .seconds(90))
        #expect(look.due == .seconds(90) + SecondLook.delayFirst)
    }

    @Test func withoutCallsNothingIsLookedAt() {
        var look = SecondLook()
        look.begin()
        look.begin()
        look.stir(3, at: .zero)
        look.end()
        #expect(look.due != nil)
        look.end()
        #expect(look.due == nil && look.takeDue(at: .seconds(1)).isEmpty)
    }
}
