/// What the journal holds of the workflows of `tutti bench crash` at one moment.
package struct JournalSnapshot: Sendable, Equatable {
    /// How many rows with a result each step has.
    package var rows: [StepName: Int]
    /// The status of each run; nil while it lives.
    package var statuses: [String: String?]
    /// Whether SQLite finds the file whole.
    package var isWhole: Bool

    package init(rows: [StepName: Int] = [:], statuses: [String: String?] = [:], isWhole: Bool = true) {
        self.rows = rows
        self.statuses = statuses
        self.isWhole = isWhole
    }
}
