import Testing

@testable import TuttiHTTPServer

struct ConnectionMachineTests {
    private let limits = HTTPServerLimits()

    @Test func aNewConnectionHasTheTimeOfAHead() {
        var machine = ConnectionMachine(limits: SharedLimits(limits), now: .seconds(5))
        #expect(machine.expired(now: .seconds(14)) == nil)
        #expect(machine.expired(now: .seconds(15)) == .close)
    }

    @Test func theTimeOfAHeadDoesNotBeginAnewWithEachByte() {
        var machine = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        machine.headBegan(now: .seconds(2))
        machine.headBegan(now: .seconds(9))
        #expect(machine.expired(now: .seconds(9)) == nil)
        #expect(machine.expired(now: .seconds(10)) == .refuse(.headTimeout))
    }

    @Test func anIdleConnectionIsClosedLater() {
        var machine = answered(keepsAlive: true)
        #expect(machine.phase == .idle(due: .seconds(76)))
        machine.headBegan(now: .seconds(70))
        #expect(machine.expired(now: .seconds(77)) == .refuse(.headTimeout))  // no later than the idle limit
    }

    @Test func aConnectionThatIsNotKeptEnds() {
        #expect(answered(keepsAlive: false).phase == .ending)
    }

    @Test func oneThatHasEndedReadsNothing() {
        let machine = answered(keepsAlive: false)
        #expect(!machine.wantsInput(unread: 0))
    }

    @Test func anUnreadBodyIsThrownAwayWithinALimit() {
        var machine = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        machine.requestBegan(keepsAlive: true)
        #expect(machine.answered(mayDiscard: true, now: .seconds(1)) == .readOn)
        #expect(discards(&machine, limits.discardMax, .seconds(2)) == true)
        #expect(discards(&machine, 1, .seconds(2)) == false)
        #expect(machine.expired(now: .seconds(32)) == .close)
        machine.bodyCompleted(now: .seconds(3))
        #expect(machine.phase == .idle(due: .seconds(78)))
    }

    @Test func anUnreadBodyThatMayNotBeThrownAwayEndsTheConnection() {
        var machine = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        machine.requestBegan(keepsAlive: true)
        #expect(machine.answered(mayDiscard: false, now: .zero) == .end)
    }

    @Test func aBodyStopsAtTheMark() {
        var machine = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        machine.requestBegan(keepsAlive: true)
        #expect(machine.wantsInput(unread: limits.unreadHighMark - 1))
        #expect(!machine.wantsInput(unread: limits.unreadHighMark))
        machine.bodyCompleted(now: .zero)
        #expect(!machine.wantsInput(unread: 0))  // the next request stays in the socket until its turn
    }

    @Test func onlyABodyForWhichSomebodyWaitsHasALimit() {
        var machine = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        machine.requestBegan(keepsAlive: true)
        #expect(machine.expired(now: .seconds(1000)) == nil)
        machine.bodyAwaited(true, now: .seconds(1000))
        #expect(machine.expired(now: .seconds(1029)) == nil)
        #expect(machine.expired(now: .seconds(1030)) == .failBody(.bodyTimeout))
        #expect(machine.expired(now: .seconds(1030)) == nil)  // told once
    }

    @Test func aReaderThatTakesNothingIsGivenUp() {
        var machine = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        machine.requestBegan(keepsAlive: true)
        machine.outputTried(isWaiting: true, hasMoved: true, now: .seconds(1))
        machine.outputTried(isWaiting: true, hasMoved: false, now: .seconds(20))
        #expect(machine.expired(now: .seconds(31)) == .close)
        machine.outputTried(isWaiting: true, hasMoved: true, now: .seconds(31))
        #expect(machine.expired(now: .seconds(60)) == nil)
        machine.outputTried(isWaiting: false, hasMoved: true, now: .seconds(60))
        #expect(machine.expired(now: .seconds(600)) == nil)
    }

    @Test func aPeerThatClosesItsSideIsTakenToHaveLeft() {
        var idle = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        #expect(idle.peerClosed() == .close)
        var busy = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        busy.requestBegan(keepsAlive: true)
        #expect(busy.peerClosed() == .cancel)
        busy.bodyCompleted(now: .zero)
        busy.endAfterAnswer()
        #expect(busy.answered(mayDiscard: true, now: .zero) == .end)  // an answer that comes even so is sent
        #expect(busy.peerClosed() == .nothing)
        var socket = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        socket.requestBegan(keepsAlive: true)
        socket.upgraded()
        #expect(socket.peerClosed() == .close)
    }

    @Test func lingeringHasLimitsOfItsOwn() {
        var machine = answered(keepsAlive: false)
        machine.linger(now: .seconds(1))
        #expect(machine.wantsInput(unread: 0))
        #expect(discards(&machine, limits.lingerBytesMax, .seconds(1)) == true)
        #expect(discards(&machine, 1, .seconds(1)) == false)
        #expect(machine.expired(now: .seconds(3)) == .close)
        #expect(machine.peerClosed() == .close)
    }

    @Test func anEndingServerClosesWhatIsIdleAndFinishesWhatIsInHand() {
        var idle = answered(keepsAlive: true)
        #expect(idle.drain() == .close)
        var busy = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        busy.requestBegan(keepsAlive: true)
        #expect(busy.drain() == .nothing)
        busy.bodyCompleted(now: .zero)
        #expect(busy.answered(mayDiscard: true, now: .zero) == .end)
    }

    @Test func aClosedConnectionHasNoLimits() {
        var machine = answered(keepsAlive: true)
        machine.outputTried(isWaiting: true, hasMoved: false, now: .zero)
        machine.close()
        #expect(machine.isClosed)
        #expect(machine.expired(now: .seconds(1000)) == nil)
        machine.end()
        #expect(machine.isClosed)
    }

    private func discards(_ machine: inout ConnectionMachine, _ count: Int, _ now: Duration) -> Bool {
        machine.discard(count, now: now)
    }

    private func answered(keepsAlive: Bool) -> ConnectionMachine {
        var machine = ConnectionMachine(limits: SharedLimits(limits), now: .zero)
        machine.headBegan(now: .zero)
        machine.requestBegan(keepsAlive: keepsAlive)
        machine.bodyCompleted(now: .zero)
        _ = machine.answered(mayDiscard: true, now: .seconds(1))
        return machine
    }
}
