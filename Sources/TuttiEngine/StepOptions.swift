public import TuttiCore

/// How a step is carried out.
public struct StepOptions: Sendable, Hashable {
    /// When and how often it is tried again.
    public var retry: RetryPolicy
    /// The time that one attempt may take; `nil` for no limit. An attempt that takes longer fails with `timeout`.
    public var timeout: Duration?

    /// Options from their parts.
    ///
    /// - Precondition: a timeout is above zero.
    public init(retry: RetryPolicy = .standard, timeout: Duration? = nil) {
        precondition(timeout.map { $0 > .zero } ?? true, "a timeout must be above zero")
        self.retry = retry
        self.timeout = timeout
    }
}
