import KillLoop
import Testing

@Suite struct TripHistoryTests {
    /// Two trips that nothing has disturbed: 0 arrives, 1 fails and is undone.
    private static let sound: TripHistory = {
        var log: [LogLine] = []
        var rows: [StepName: Int] = [:]
        for (trip, steps) in [("0", [0, 1, 2, 3]), ("1", [0, 1, 2, 3, 100])] {
            for step in steps {
                log.append(LogLine(name: StepName(workflow: trip, step: step), process: 7))
                rows[StepName(workflow: trip, step: step)] = 1
            }
        }
        return TripHistory(
            workflows: ["0", "1"], log: log, kills: [],
            end: JournalSnapshot(rows: rows, statuses: ["0": "completed", "1": "failed"]),
            budgets: [
                "0": TripHistory.BudgetEntry(cap: 20, used: 10), "1": TripHistory.BudgetEntry(cap: 20, used: 10),
            ])
    }()

    private func violations(_ change: (inout TripHistory) -> Void) -> [String] {
        var history = Self.sound
        change(&history)
        return history.check().violations
    }

    private func name(_ trip: String, _ step: Int) -> StepName { StepName(workflow: trip, step: step) }

    @Test func aSoundHistoryPasses() {
        #expect(violations { _ in } == [])
        #expect(Self.sound.check().passed > 10)
    }

    @Test(
        "finds what must not be",
        arguments: [
            ("ended as nothing", 0), ("ended as completed", 1), ("not one row each", 2), ("step 1/100 ran 0 times", 3),
            ("step 0/3 ran 2 times", 4), ("step 0/1 ran 2 times", 5), ("a step ran after the undoing", 6),
            ("of 20 tokens are used", 7), ("10 tokens, and 0 are booked", 8), ("still set aside", 9),
            ("has no budget", 10),
            ("integrity check", 11), ("ran again although recorded", 12), ("recorded, and later gone", 13),
        ])
    func faults(sign: String, fault: Int) {
        let found = violations { history in
            switch fault {
            case 0: history.end.statuses["0"] = .some(nil)
            case 1: history.end.statuses["1"] = "completed"
            case 2: history.end.rows[name("0", 2)] = nil
            case 3: history.log.removeAll { $0.name == name("1", 100) }
            case 4: history.log.append(LogLine(name: name("0", 3), process: 7))
            case 5: history.log.append(LogLine(name: name("0", 1), process: 7))
            case 6: history.log.append(LogLine(name: name("1", 2), process: 7))
            case 7: history.budgets["0"]?.used = 21
            case 8: history.budgets["0"]?.used = 0
            case 9: history.budgets["0"]?.openHolds = 1
            case 10: history.budgets["0"] = nil
            case 11: history.end.isWhole = false
            case 12: history.kills = [Kill(lines: 0..<1, process: 7, recorded: [name("0", 1)])]
            default: history.kills = [Kill(lines: 0..<9, process: 7, recorded: [name("7", 7)])]
            }
        }
        #expect(found.contains { $0.contains(sign) }, "\(found)")
    }

    @Test func allowsAsManyRepetitionsAsKillsInFlight() {
        let found = violations { history in
            history.log.insert(LogLine(name: name("0", 0), process: 6), at: 0)
            history.kills = [Kill(lines: 0..<1, process: 6, recorded: [])]
        }
        #expect(found == [])
    }
}
