/// What the program's exit status says. The numbers are a promise to scripts and are never reused.
package enum ExitCode: Int32, Sendable, CaseIterable {
    /// The goal is reached; for a roundtable: `converged`.
    case reached = 0
    /// Something failed; the last line says what.
    case failed = 1
    /// The command line or the configuration is wrong; nothing was done.
    case usage = 2
    /// Ended without reaching the goal: `stable`, `exhausted` or `oscillating`.
    case notReached = 3
    /// Waits for a person.
    case waiting = 4
    /// Stopped at its budget.
    case overBudget = 5
    /// Interrupted by a signal, and resumable.
    case interrupted = 130

    /// For the help page.
    package var meaning: String {
        switch self {
        case .reached: "the goal is reached (roundtable: converged)"
        case .failed: "it failed"
        case .usage: "the command line or the configuration is wrong; nothing was done"
        case .notReached: "it ended without reaching the goal (stable, exhausted, oscillating)"
        case .waiting: "it waits for a person"
        case .overBudget: "it stopped at its budget"
        case .interrupted: "interrupted; it can be resumed"
        }
    }
}
