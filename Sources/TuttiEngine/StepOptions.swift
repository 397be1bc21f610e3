public import TuttiCore

/// How a step is carried out.
public struct StepOptions: Sendable, Hashable {
    /// When and how often it is tried again.
    public var retry: RetryPolicy
    /// The time that one attempt may take; `nil` for no limit. An attempt that takes longer fails with `timeout`.
    public var timeout: Duration?
    /// How often the engine may start it.
    public var delivery: Delivery
    /// What an attempt is going to cost; `nil` for a step that costs nothing but time.
    public var charge: Charge?
    /// The name of the ``Undo`` that takes the step back when the run fails or is cancelled; it is given the step's
    /// input. That the step begins is then recorded first.
    public var undo: String?

    /// How often the engine may start a step whose result it does not get to see.
    public enum Delivery: Sendable, Hashable {
        /// Again after a crash and after an error, with the same ``StepContext/idempotencyToken``.
        case atLeastOnce
        /// Never a second time: the intent is recorded first, errors are final, and when a crash leaves it open whether
        /// the effect took place, the step fails with `outcome_unknown`. The workflow may catch that and find out; else
        /// the run fails, and a person says what happened (`tutti runs resolve`).
        case atMostOnce
    }

    /// For what must not happen twice, such as a mail.
    public static let atMostOnce = StepOptions(retry: .never, delivery: .atMostOnce)

    /// Options from their parts.
    ///
    /// - Precondition: a timeout is above zero.
    public init(
        retry: RetryPolicy = .standard, timeout: Duration? = nil, delivery: Delivery = .atLeastOnce,
        charge: Charge? = nil, undo: String? = nil
    ) {
        precondition(timeout.map { $0 > .zero } ?? true, "a timeout must be above zero")
        self.retry = retry
        self.timeout = timeout
        self.delivery = delivery
        self.charge = charge
        self.undo = undo
    }
}
