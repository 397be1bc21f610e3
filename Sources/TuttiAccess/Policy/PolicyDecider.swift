/// Decides what may be done: the rules of a document, or a server that is asked.
package protocol PolicyDecider: Sendable {
    /// Decides. It never fails: what cannot be decided is denied.
    func decide(_ question: PolicyQuestion) async -> PolicyDecision
}

/// Gets to know each decision, so that it can be logged with the rule that made it.
package protocol DecisionObserver: Sendable {
    /// Called once for each question, after it was decided and before the asker knows; it has to be quick.
    func decided(_ question: PolicyQuestion, _ decision: PolicyDecision)
}

/// A decider whose decisions are told to an observer.
package struct ObservedDecider: PolicyDecider {
    private let decider: any PolicyDecider
    private let observer: any DecisionObserver

    package init(_ decider: any PolicyDecider, observer: any DecisionObserver) {
        self.decider = decider
        self.observer = observer
    }

    package func decide(_ question: PolicyQuestion) async -> PolicyDecision {
        let decision = await decider.decide(question)
        observer.decided(question, decision)
        return decision
    }
}
