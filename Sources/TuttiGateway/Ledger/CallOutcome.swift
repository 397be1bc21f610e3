/// How a call ended for whoever made it.
package enum CallOutcome: String, Sendable, Hashable, CaseIterable {
    /// With the whole answer.
    case completed
    /// Without an answer.
    case failed
    /// In the midst of an answer that had begun.
    case cut
    /// By the caller, who went away.
    case cancelled
    /// By a guard: before a model was asked, when there was no attempt, else with its answer, which was paid.
    case refused

    /// Whether the providers or this program are to blame.
    package var isFailure: Bool { self == .failed || self == .cut }
}
