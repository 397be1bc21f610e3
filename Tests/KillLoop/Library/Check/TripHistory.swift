/// All that is known of trips (`tutti bench crash --shape trips`) that were killed again and again and then finished.
package struct TripHistory: Sendable {
    /// The numbers of the steps as `tutti bench crash` logs them.
    package enum Step {
        package static let all = 0...3
        package static let mail = 3
        /// In the order in which they are booked.
        package static let bookings = [0, 1]
        package static let undone = 100
    }

    package var workflows: [String]
    package var log: [LogLine]
    package var kills: [Kill]
    package var end: JournalSnapshot
    package var budgets: [String: BudgetEntry]

    /// What the ledger says of one trip.
    package struct BudgetEntry: Sendable, Equatable {
        package var cap: Int
        package var used: Int
        package var openHolds: Int

        package init(cap: Int, used: Int, openHolds: Int = 0) {
            self.cap = cap
            self.used = used
            self.openHolds = openHolds
        }
    }

    package init(
        workflows: [String], log: [LogLine], kills: [Kill], end: JournalSnapshot, budgets: [String: BudgetEntry]
    ) {
        self.workflows = workflows
        self.log = log
        self.kills = kills
        self.end = end
        self.budgets = budgets
    }

    /// How many of the kills landed while a step was in flight.
    package var killsInFlight: Int { kills.count { !$0.inFlight(in: log).isEmpty } }

    package func check() -> Tally {
        var tally = Tally()
        tally.check(end.isWhole, "the database does not pass SQLite's integrity check")
        for workflow in workflows {
            let fails = Int(workflow).map { !$0.isMultiple(of: 2) } ?? false
            checkEnd(of: workflow, fails: fails, &tally)
            checkExecutions(of: workflow, fails: fails, &tally)
            checkBudget(of: workflow, &tally)
        }
        for (number, kill) in kills.enumerated() {
            let again = Set(log[kill.lines.upperBound...].map(\.name)).intersection(kill.recorded)
            tally.check(again.isEmpty, "kill \(number): ran again although recorded: \(again.sorted())")
            let later = number + 1 < kills.count ? kills[number + 1].recorded : Set(end.rows.keys)
            let lost = kill.recorded.subtracting(later)
            tally.check(lost.isEmpty, "kill \(number): recorded, and later gone: \(lost.sorted())")
        }
        return tally
    }

    private func checkEnd(of workflow: String, fails: Bool, _ tally: inout Tally) {
        let status = end.statuses[workflow].flatMap { $0 } ?? "nothing"
        tally.check(status == (fails ? "failed" : "completed"), "trip \(workflow) ended as \(status)")
        let steps = Array(Step.all) + (fails ? Step.bookings.map { Step.undone + $0 } : [])
        let wrong = steps.filter { end.rows[StepName(workflow: workflow, step: $0)] != 1 }
        // What the child has booked is the child's: it has completed, and nothing of it is undone.
        let expected = wrong.filter { $0 != Step.undone + 1 }
        tally.check(expected.isEmpty, "trip \(workflow): not one row each for the steps \(expected)")
    }

    /// Every step ran, none more often than kills in flight allow, and the mail went out once at the most.
    private func checkExecutions(of workflow: String, fails: Bool, _ tally: inout Tally) {
        let interruptions = kills.flatMap { $0.inFlight(in: log) }.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        let steps = Array(Step.all) + (fails ? [Step.undone] : [])
        for number in steps {
            let name = StepName(workflow: workflow, step: number)
            let count = log.count { $0.name == name }
            let allowed = number == Step.mail ? 0...1 : 1...1 + interruptions[name, default: 0]
            tally.check(allowed.contains(count), "step \(name) ran \(count) times, allowed are \(allowed)")
        }
        guard fails else { return }
        let lines = log.filter { $0.name.workflow == workflow }.map(\.name.step)
        let booked = lines.lastIndex { $0 < Step.undone } ?? 0
        let undone = lines.firstIndex { $0 >= Step.undone } ?? lines.endIndex
        tally.check(booked < undone, "trip \(workflow): a step ran after the undoing had begun: \(lines)")
    }

    private func checkBudget(of workflow: String, _ tally: inout Tally) {
        guard let budget = budgets[workflow] else {
            return tally.check(false, "trip \(workflow) has no budget")
        }
        tally.check(budget.used <= budget.cap, "trip \(workflow): \(budget.used) of \(budget.cap) tokens are used")
        tally.check(budget.used >= 10, "trip \(workflow): it has paid 10 tokens, and \(budget.used) are booked")
        tally.check(budget.openHolds == 0, "trip \(workflow): \(budget.openHolds) amounts are still set aside")
    }
}
