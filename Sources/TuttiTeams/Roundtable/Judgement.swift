import TuttiCore
import TuttiDocuments

/// Decides after each round whether the loop goes on. Pure, so that every order of events can be tested.
struct Judgement {
    let bar: Severity
    let threshold: Double
    let maxIterations: Int
    var forcesMaxIterations = false

    /// Whether another round is held whatever this one has found.
    func goesOn(after round: Int) -> Bool { forcesMaxIterations && round < maxIterations }

    /// The rules in their order; the first that applies decides.
    ///
    /// A person who asks for the end gets it, unless the goal is reached anyway.
    func verdict(
        _ state: RoundState, isKnownVersion: Bool, custom: StopDecision?, finish: FinishRequest? = nil
    ) -> Verdict {
        if let custom {
            return Verdict(outcome: .custom, reason: custom.reason, isGoalReached: custom.isGoalReached)
        }
        let severe = state.findings.count { $0.severity >= bar }
        if goesOn(after: state.round), finish == nil {
            let rest = remaining(severe, state)
            return Verdict(
                outcome: nil, reason: "all rounds are to be held" + (rest.isEmpty ? "" : "; \(rest)"),
                isGoalReached: false)
        }
        if severe == 0 && state.failedCritics.isEmpty {
            return Verdict(
                outcome: .converged, reason: "no open finding is \(bar.rawValue) or worse", isGoalReached: true)
        }
        if let finish { return finished(finish) }
        if let change = state.change, change < threshold, !forcesMaxIterations {
            return stop(
                .stable,
                "the last refinement changed \(percent(change)) of the text, less than "
                    + "\(percent(threshold))", severe, state)
        }
        if isKnownVersion, !forcesMaxIterations {
            return stop(.oscillating, "this version has been there before", severe, state)
        }
        if state.round >= maxIterations {
            return stop(
                .exhausted,
                maxIterations == 1
                    ? "the one round is used up"
                    : "all \(maxIterations) rounds "
                        + "are used up", severe, state)
        }
        return Verdict(outcome: nil, reason: remaining(severe, state), isGoalReached: false)
    }

    /// The moderator has changed nothing: another round would find the same.
    ///
    /// - Returns: `nil` for a version that is another one, and when all rounds are to be held.
    func unchanged(_ state: RoundState, by revision: Revision) -> Verdict? {
        guard revision.text == state.document, !goesOn(after: state.round) else { return nil }
        let severe = state.findings.count { $0.severity >= bar }
        let reason =
            revision.refused == nil
            ? "the moderator has nothing left to change" : "none of the moderator's edits fits the document"
        return stop(.stable, reason, severe, state)
    }

    /// There is no next version.
    func stalled(_ state: RoundState, _ error: StepError) -> Verdict {
        let severe = state.findings.count { $0.severity >= bar }
        return stop(.stalled, "the moderator failed (\(error.code): \(error.message))", severe, state)
    }

    /// A person has asked for the end.
    func finished(_ request: FinishRequest) -> Verdict {
        let why = request.reason.map { ": \($0)" } ?? ""
        return Verdict(outcome: .custom, reason: "\(request.by) ended it\(why)", isGoalReached: false)
    }

    private func stop(_ outcome: RoundtableOutcome, _ reason: String, _ severe: Int, _ state: RoundState) -> Verdict {
        Verdict(outcome: outcome, reason: "\(reason); \(remaining(severe, state))", isGoalReached: false)
    }

    private func remaining(_ severe: Int, _ state: RoundState) -> String {
        var parts: [String] = []
        if severe > 0 {
            parts.append("\(severe) open \(severe == 1 ? "finding is" : "findings are") \(bar.rawValue) or worse")
        }
        if !state.failedCritics.isEmpty {
            parts.append("no review from \(state.failedCritics.joined(separator: ", "))")
        }
        return parts.joined(separator: ", ")
    }

    private func percent(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return tenths % 10 == 0 ? "\(tenths / 10) %" : "\(tenths / 10).\(tenths % 10) %"
    }
}
