package import TuttiCore

/// What calls add up to.
package struct CallFigures: Sendable, Hashable {
    /// How many calls there were.
    package var calls: Int64 = 0
    /// Calls that failed or were cut; who was refused or went away is none of them.
    package var failures: Int64 = 0
    /// Calls whose price nobody knew: ``cost`` lacks theirs.
    package var unpriced: Int64 = 0
    /// Calls whose tokens were guessed.
    package var estimated: Int64 = 0
    /// The tokens of all of them.
    package var tokens = CallTokens()
    /// What those with a price have cost.
    package var cost = USD(microdollars: 0)
    /// Times from the request to the end of the response.
    package var duration = CallTimes()
    /// Times to the first piece of the answer, of calls that had one.
    package var firstToken = CallTimes()

    /// Those of no calls.
    package init() {}

    /// Counts a call.
    package mutating func add(_ line: CallLine) {
        calls.add(1)
        if line.route.outcome.isFailure { failures.add(1) }
        if !line.isPriced { unpriced.add(1) }
        if line.isEstimated { estimated.add(1) }
        tokens += line.tokens
        cost.microdollars.add(line.cost.microdollars)
        duration.add(line.durationMilliseconds)
        if let first = line.firstTokenMilliseconds { firstToken.add(first) }
    }

    /// The same without durations and times to the first piece.
    package var withoutTimes: CallFigures {
        var figures = self
        (figures.duration, figures.firstToken) = (CallTimes(), CallTimes())
        return figures
    }

    /// Counts the calls of others, too.
    package static func += (sum: inout CallFigures, more: CallFigures) {
        sum.calls.add(more.calls)
        sum.failures.add(more.failures)
        sum.unpriced.add(more.unpriced)
        sum.estimated.add(more.estimated)
        sum.tokens += more.tokens
        sum.cost.microdollars.add(more.cost.microdollars)
        sum.duration += more.duration
        sum.firstToken += more.firstToken
    }
}
