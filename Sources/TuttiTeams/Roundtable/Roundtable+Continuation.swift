public import TuttiCore
import TuttiDocuments

/// Going on with a roundtable that has ended, with more rounds.
extension Roundtable {
    /// How a roundtable that has ended goes on: as a fork of its run.
    public struct Continuation: Sendable, Hashable {
        /// The first key of the journal that is not taken over.
        public var key: String
        /// The input of the fork, with the new limit.
        public var input: RoundtableInput
    }

    /// How a roundtable goes on that ended since its rounds were used up, or since somebody ended it.
    ///
    /// Everything is taken over but that end: no review is done again, and the result tells of all rounds.
    ///
    /// - Parameters:
    ///   - result: what the roundtable has come to.
    ///   - input: what it was started with.
    ///   - maxIterations: the new limit, rounds that are done included.
    /// - Throws: ``StepError`` `not_continuable` when more rounds would change nothing, or the limit leaves none.
    public static func continuation(
        of result: RoundtableResult, _ input: RoundtableInput, maxIterations: Int
    ) throws(StepError) -> Continuation {
        let done = result.rounds.count
        let key: String
        switch (result.outcome, result.finish) {
        case (.exhausted, _): key = "judge#\(done)"
        case (.custom, let finish?): key = finish.key
        // The moderator is asked again what it failed at; a model whose edits left nothing is asked from the beginning.
        case (.stalled, _):
            let origin = result.rounds.last?.moderatorError?.origin ?? ""
            key = input.panel != nil && origin.hasPrefix("refine#") ? "moderator#\(done)/ask#1" : origin
        case (.converged, _): throw .notContinuable("it has converged, so there is nothing left to do")
        case (.stable, _): throw .notContinuable("it is stable: more rounds would change nothing, only its author can")
        case (.oscillating, _): throw .notContinuable("it goes in circles: more rounds would bring the same versions")
        case (.custom, nil): throw .notContinuable("an own rule ended it, and would end it again")
        }
        let highest = RoundtableInput.iterations.upperBound
        guard done < highest else { throw .notContinuable("it has had \(done) rounds, and there are no more") }
        guard maxIterations > done, maxIterations <= highest else {
            let rounds = done == 1 ? "1 round" : "\(done) rounds"
            let choice = done + 1 == highest ? "\(highest)" : "\(done + 1) to \(highest)"
            throw .notContinuable("it has had \(rounds), and the new limit is \(maxIterations); use \(choice)")
        }
        var input = input
        input.maxIterations = maxIterations
        return Continuation(key: key, input: input)
    }
}

extension StepError {
    fileprivate static func notContinuable(_ reason: String) -> StepError {
        StepError(code: "not_continuable", message: reason, origin: "")
    }
}
