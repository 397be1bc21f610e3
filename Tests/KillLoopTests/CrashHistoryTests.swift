import KillLoop
import Testing

/// Two workflows of three steps; process 10 is killed, process 11 finishes.
struct CrashHistoryTests {
    private func step(_ workflow: Int, _ step: Int) -> StepName { StepName(workflow: "\(workflow)", step: step) }

    private func line(_ workflow: Int, _ number: Int, _ process: Int32) -> LogLine {
        LogLine(name: step(workflow, number), process: process)
    }

    /// What a sound program leaves behind: 1/0 recorded, 1/1 and 2/0 in flight at the kill.
    private func sound() -> CrashHistory {
        let first = [line(1, 0, 10), line(2, 0, 10), line(1, 1, 10)]
        let second = [line(1, 1, 11), line(2, 0, 11), line(2, 1, 11), line(1, 2, 11), line(2, 2, 11)]
        let rows = [1, 2].flatMap { workflow in (0..<3).map { (step(workflow, $0), 1) } }
        return CrashHistory(
            workflows: ["1", "2"], stepsPerWorkflow: 3, log: first + second,
            kills: [Kill(lines: 0..<3, process: 10, recorded: [step(1, 0)])],
            end: JournalSnapshot(
                rows: Dictionary(uniqueKeysWithValues: rows), statuses: ["1": "completed", "2": "completed"]))
    }

    private func violations(_ change: (inout CrashHistory) -> Void) -> [String] {
        var history = sound()
        change(&history)
        return history.check().violations
    }

    @Test func aSoundHistoryPasses() {
        let tally = sound().check()
        #expect(tally.violations == [])
        #expect(tally.passed > 10)
        #expect(sound().killsInFlight == 1)
    }

    @Test func knowsWhatWasInFlight() {
        let history = sound()
        #expect(history.kills[0].inFlight(in: history.log) == [step(1, 1), step(2, 0)])
    }

    @Test func aKillBetweenStepsIsNotInFlight() {
        var history = sound()
        history.kills[0] = Kill(lines: 0..<3, process: 10, recorded: [step(1, 0), step(1, 1), step(2, 0)])
        #expect(history.killsInFlight == 0)
    }

    @Test func aStepThatRanTooOftenIsFound() {
        #expect(violations { $0.log.append(line(2, 2, 11)) } == ["step 2/2 ran 2 times, allowed are 1 to 1"])
    }

    @Test func aStepThatNeverRanIsFound() {
        let found = violations { $0.log.removeLast() }
        #expect(found == ["step 2/2 ran 0 times, allowed are 1 to 1"])
    }

    @Test func aRecordedStepThatRanAgainIsFound() {
        let found = violations { $0.log.append(line(1, 0, 11)) }
        #expect(found.contains("kill 0: ran again although recorded: 1/0"))
    }

    @Test func goingOnBeforeTheResultIsOnDiskIsFound() {
        let found = violations { $0.kills[0] = Kill(lines: 0..<3, process: 10, recorded: []) }
        #expect(found.contains("kill 0: lost after their workflow went on: 1/0"))
    }

    @Test func aResultThatVanishedIsFound() {
        let found = violations { $0.end.rows[step(1, 0)] = nil }
        #expect(found.contains("kill 0: recorded, and later gone: 1/0"))
        #expect(found.contains("workflow 1: not one row each for the steps [0]"))
    }

    @Test func aResultThatNobodyMadeIsFound() {
        let found = violations { $0.kills[0] = Kill(lines: 0..<3, process: 10, recorded: [step(1, 0), step(2, 2)]) }
        #expect(found.contains("kill 0: recorded, but never begun: 2/2"))
    }

    @Test func twoRowsForOneStepAreFound() {
        #expect(violations { $0.end.rows[step(2, 1)] = 2 } == ["workflow 2: not one row each for the steps [1]"])
    }

    @Test func aRunThatIsNotCompletedIsFound() {
        #expect(violations { $0.end.statuses["2"] = .some(nil) } == ["workflow 2 ended as nothing"])
    }

    @Test func aSecondRunForAWorkflowIsFound() {
        #expect(violations { $0.end.statuses["3"] = "completed" } == ["3 runs for 2 workflows"])
    }

    @Test func linesOfAnotherProcessAreFound() {
        let found = violations { $0.log[1] = line(2, 0, 9) }
        #expect(found == ["kill 0: others than process 10 wrote to the log"])
    }

    @Test func aBrokenFileIsFound() {
        #expect(violations { $0.end.isWhole = false } == ["the database does not pass SQLite's integrity check"])
    }
}
