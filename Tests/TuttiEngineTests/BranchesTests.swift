import Testing
import TuttiCore
import TuttiRuntime

@testable import TuttiEngine

@Suite struct BranchesTests {
    private let child = RunID(trusted: "run_1")

    private func expectSleep(
        _ token: UInt64, in branches: inout Branches, until deadline: Timestamp? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let isAsleep = branches.fallAsleep(token, until: deadline)
        #expect(isAsleep, sourceLocation: sourceLocation)
    }

    @Test("is at rest while its only branch sleeps")
    func one() {
        var branches = Branches()
        #expect(!branches.isAtRest)
        let token = branches.add(Nudge(), for: nil)
        expectSleep(token, in: &branches)
        #expect(branches.isAtRest)
        let called = branches.callAll()
        #expect(called.count == 1)
        #expect(!branches.isAtRest)
        branches.beginLook(token)
        branches.remove(token, for: nil)
        #expect(!branches.isAtRest)
    }

    @Test("who was called since the last look does not fall asleep before another one")
    func calledBetween() {
        var branches = Branches()
        let token = branches.add(Nudge(), for: nil)
        _ = branches.callAll()
        let isAsleep = branches.fallAsleep(token, until: nil)
        #expect(!isAsleep)
        expectSleep(token, in: &branches)
        #expect(branches.isAtRest)
    }

    @Test("only who waits for a child is called for it")
    func oneChild() {
        var branches = Branches()
        let fork = branches.fork(into: 2)
        let (first, second) = (branches.add(Nudge(), for: child), branches.add(Nudge(), for: nil))
        expectSleep(first, in: &branches)
        expectSleep(second, in: &branches)
        #expect(branches.isAtRest)
        let called = branches.call(waiterFor: child)
        #expect(called != nil)
        #expect(!branches.isAtRest)
        branches.beginLook(first)
        branches.remove(first, for: child)
        let calledAgain = branches.call(waiterFor: child)
        #expect(calledAgain == nil)
        branches.end(branchOf: fork, decides: false)
        #expect(branches.isAtRest)  // the other branch still sleeps, and the parent waits for it
    }

    @Test("is at rest when all branches of nested forks sleep, and no sooner")
    func forks() {
        var branches = Branches()
        let outer = branches.fork(into: 2)
        let first = branches.add(Nudge(), for: nil)
        expectSleep(first, in: &branches)
        #expect(!branches.isAtRest)
        let inner = branches.fork(into: 2)
        branches.end(branchOf: inner, decides: false)
        let second = branches.add(Nudge(), for: nil)
        expectSleep(second, in: &branches)
        #expect(branches.isAtRest)
        branches.beginLook(second)
        branches.remove(second, for: nil)
        branches.end(branchOf: inner, decides: false)
        #expect(!branches.isAtRest)  // the branch that forked goes on
        branches.end(branchOf: outer, decides: false)
        #expect(branches.isAtRest)  // only the first is left, and sleeps
    }

    @Test("is not at rest when a fork is decided, although other branches sleep")
    func decided() {
        var branches = Branches()
        let fork = branches.fork(into: 2)
        let sleeper = branches.add(Nudge(), for: nil)
        expectSleep(sleeper, in: &branches)
        branches.end(branchOf: fork, decides: true)
        #expect(!branches.isAtRest)
        branches.remove(sleeper, for: nil)
        branches.end(branchOf: fork, decides: true)
        let last = branches.add(Nudge(), for: nil)
        expectSleep(last, in: &branches)
        #expect(branches.isAtRest)
    }

    @Test("a fork into nothing changes nothing")
    func none() {
        var branches = Branches()
        _ = branches.fork(into: 0)
        let token = branches.add(Nudge(), for: nil)
        expectSleep(token, in: &branches)
        #expect(branches.isAtRest)
    }

    @Test("a function with tasks of its own is never at rest")
    func ownTasks() {
        var branches = Branches()
        let token = branches.add(Nudge(), for: nil)
        branches.noteOwnTask()
        expectSleep(token, in: &branches)
        #expect(!branches.isAtRest)
    }

    @Test("who waits for a deadline that the journal has let go by stays awake")
    func pastDeadline() {
        let now = Timestamp(milliseconds: 1_000)
        for (deadline, rests) in [(now, false), (now + .milliseconds(1), true)] {
            var branches = Branches()
            let token = branches.add(Nudge(), for: nil)
            _ = branches.callAll(forWakeAt: now)
            branches.beginLook(token)
            expectSleep(token, in: &branches, until: deadline)
            #expect(branches.isAtRest == rests)
        }
    }
}

@Suite struct RestQueueTests {
    private let runs = (1...9).map { RunID(trusted: "run_\($0)") }

    @Test("gives the longest at rest first, and none that has not rested long enough")
    func order() {
        var queue = RestQueue()
        for (index, run) in runs.enumerated() { queue.add(run, since: .seconds(index)) }
        #expect(queue.count == 9)
        let early = (0..<3).map { _ in queue.takeLongest(restingSince: .seconds(1)) }
        #expect(early == [runs[0], runs[1], nil])
        let next = queue.takeLongest()
        #expect(next == runs[2])
        #expect(queue.count == 6)
    }

    @Test("a run that rests again is behind the others")
    func again() {
        var queue = RestQueue()
        queue.add(runs[0], since: .seconds(0))
        queue.add(runs[1], since: .seconds(1))
        queue.remove(runs[0])
        queue.add(runs[0], since: .seconds(2))
        queue.add(runs[0], since: .seconds(3))  // rests already
        let taken = [queue.takeLongest(), queue.takeLongest(restingSince: .seconds(2)), queue.takeLongest()]
        #expect(taken == [runs[1], runs[0], nil])
    }

    @Test("keeps the order over all the entries that are outdated")
    func outdated() {
        var queue = RestQueue()
        queue.add(runs[1], since: .zero)
        for round in 1...10_000 {
            queue.add(runs[0], since: .seconds(round))
            queue.remove(runs[0])
        }
        queue.add(runs[2], since: .seconds(10_001))
        let taken = [queue.takeLongest(), queue.takeLongest(), queue.takeLongest()]
        #expect(taken == [runs[1], runs[2], nil])
    }
}
