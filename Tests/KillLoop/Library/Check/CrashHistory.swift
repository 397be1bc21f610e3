/// All that is known of one workload that was killed again and again and then finished, and what must be true of it.
package struct CrashHistory: Sendable {
    /// The workflows, by the word that stands for each in the log.
    package var workflows: [String]
    package var stepsPerWorkflow: Int
    package var log: [LogLine]
    package var kills: [Kill]
    package var end: JournalSnapshot

    package init(
        workflows: [String], stepsPerWorkflow: Int, log: [LogLine], kills: [Kill], end: JournalSnapshot
    ) {
        self.workflows = workflows
        self.stepsPerWorkflow = stepsPerWorkflow
        self.log = log
        self.kills = kills
        self.end = end
    }

    /// How many of the kills landed while a step was in flight.
    package var killsInFlight: Int { kills.count { !$0.inFlight(in: log).isEmpty } }

    package func check() -> Tally {
        var tally = Tally()
        checkEnd(&tally)  // first: what ended wrong explains most of what follows
        checkExecutions(&tally)
        checkLogs(&tally)
        checkJournals(&tally)
        return tally
    }

    /// Every step ran, and not more often than kills in flight allow.
    private func checkExecutions(_ tally: inout Tally) {
        let executions = log.reduce(into: [:]) { $0[$1.name, default: 0] += 1 }
        let interruptions = kills.flatMap { $0.inFlight(in: log) }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let expected = Set(
            workflows.flatMap { name in (0..<stepsPerWorkflow).map { StepName(workflow: name, step: $0) } })
        for step in expected.sorted() {
            let count = executions[step, default: 0]
            let allowed = 1 + interruptions[step, default: 0]
            tally.check((1...allowed).contains(count), "step \(step) ran \(count) times, allowed are 1 to \(allowed)")
        }
        let unknown = Set(executions.keys).subtracting(expected)
        tally.check(unknown.isEmpty, "the log names steps that do not exist: \(list(unknown))")
    }

    /// Each process wrote its own lines, and went on only behind results that were on disk.
    private func checkLogs(_ tally: inout Tally) {
        for (number, kill) in kills.enumerated() {
            let strangers = log[kill.lines].filter { $0.process != kill.process }
            tally.check(strangers.isEmpty, "kill \(number): others than process \(kill.process) wrote to the log")
            let abandoned = kill.abandoned(in: log)
            tally.check(abandoned.isEmpty, "kill \(number): lost after their workflow went on: \(list(abandoned))")
            let again = Set(log[kill.lines.upperBound...].map(\.name)).intersection(kill.recorded)
            tally.check(again.isEmpty, "kill \(number): ran again although recorded: \(list(again))")
        }
    }

    /// The journal only grows, and holds only what ran.
    private func checkJournals(_ tally: inout Tally) {
        for (number, kill) in kills.enumerated() {
            let later = number + 1 < kills.count ? kills[number + 1].recorded : Set(end.rows.keys)
            let lost = kill.recorded.subtracting(later)
            tally.check(lost.isEmpty, "kill \(number): recorded, and later gone: \(list(lost))")
            let unseen = kill.recorded.subtracting(log[..<kill.lines.upperBound].map(\.name))
            tally.check(unseen.isEmpty, "kill \(number): recorded, but never begun: \(list(unseen))")
        }
    }

    /// At the end each run is completed, with one row for each step.
    private func checkEnd(_ tally: inout Tally) {
        tally.check(end.isWhole, "the database does not pass SQLite's integrity check")
        for workflow in workflows {
            let status = end.statuses[workflow].flatMap { $0 } ?? "nothing"
            tally.check(status == "completed", "workflow \(workflow) ended as \(status)")
            let wrong = (0..<stepsPerWorkflow).filter { end.rows[StepName(workflow: workflow, step: $0)] != 1 }
            tally.check(wrong.isEmpty, "workflow \(workflow): not one row each for the steps \(wrong)")
        }
        tally.check(
            end.statuses.count == workflows.count, "\(end.statuses.count) runs for \(workflows.count) workflows")
    }

    private func list(_ steps: Set<StepName>) -> String {
        let shown = steps.sorted().prefix(5).map(\.description).joined(separator: ", ")
        return steps.count > 5 ? "\(shown) and \(steps.count - 5) more" : shown
    }
}
