package import TuttiCore

/// What one process has set aside of one quota for calls that belong to no run, and what such calls have cost.
///
/// Many small calls draw on one amount, so that most of them write nothing. The amount counts as used, so a process
/// that dies leaves its calls paid for: at most the amount is counted that nobody has spent.
package struct Allotment: Sendable, Hashable {
    package var draw: QuotaDraw
    /// What calls have cost since the last command.
    package var spent: Int64
    /// What calls that go on have reserved: it stays set aside.
    package var reserved: Int64
    /// What a call that begins needs beyond that; 0 when it is only to be told what was spent.
    package var needed: Int64

    package init(_ draw: QuotaDraw, spent: Int64, reserved: Int64, needed: Int64) {
        self.draw = draw
        self.spent = spent
        self.reserved = reserved
        self.needed = needed
    }

    /// The part of what is left that is set aside for calls to come.
    package static let share: Int64 = 100

    /// What is set aside from now on.
    ///
    /// - Parameter used: what is used of the quota but for this process's amount.
    /// - Returns: `nil` when what is needed has no room.
    package func amount(besides used: Int64) -> Int64? {
        let left = draw.cap - used - spent - reserved - needed
        // What was spent or reserved already cannot be refused any more.
        guard left >= 0 || needed == 0 else { return nil }
        let slice = needed > 0 ? left / Self.share : 0
        return reserved + needed + slice
    }
}

/// Changes what a process has set aside, of several quotas at once: of all of them, or of none.
///
/// One process gives one such command after the other, each with the next number, so that one that is given again
/// changes nothing.
package struct AllotCommand: Sendable {
    package var executor: ExecutorID
    /// 1 for the first of the process, which also gives up what dead ones have left: it stays counted as used.
    package var number: Int64
    package var allotments: [Allotment]

    package init(executor: ExecutorID, number: Int64, allotments: [Allotment]) {
        self.executor = executor
        self.number = number
        self.allotments = allotments
    }
}
