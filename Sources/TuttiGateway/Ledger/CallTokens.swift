package import TuttiModels

/// Tokens by kind, of one call or of many.
package struct CallTokens: Sendable, Hashable {
    /// Sent, and in no cache.
    package var uncachedInput: Int64
    /// Sent, and in a cache.
    package var cacheRead: Int64
    /// Sent, and put into a cache.
    package var cacheWrite: Int64
    /// Received, reasoning among them.
    package var output: Int64
    /// How many of ``output`` were reasoning.
    package var reasoning: Int64

    /// Tokens by kind; none without numbers.
    package init(
        uncachedInput: Int64 = 0, cacheRead: Int64 = 0, cacheWrite: Int64 = 0, output: Int64 = 0, reasoning: Int64 = 0
    ) {
        self.uncachedInput = uncachedInput
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.output = output
        self.reasoning = reasoning
    }

    /// Those of a call as its provider has counted them.
    package init(_ usage: ModelUsage) {
        self.init(
            uncachedInput: usage.uncachedInput, cacheRead: usage.cacheRead, cacheWrite: usage.cacheWrite,
            output: usage.output, reasoning: usage.reasoning)
    }

    /// Adds others kind by kind.
    package static func += (sum: inout CallTokens, more: CallTokens) {
        sum.uncachedInput.add(more.uncachedInput)
        sum.cacheRead.add(more.cacheRead)
        sum.cacheWrite.add(more.cacheWrite)
        sum.output.add(more.output)
        sum.reasoning.add(more.reasoning)
    }

    /// All, sent and received.
    package var total: Int64 {
        [uncachedInput, cacheRead, cacheWrite, output].reduce(into: 0) { $0.add($1) }
    }

    /// Each kind between 0 and what one call can have.
    var fitted: CallTokens {
        func fit(_ tokens: Int64) -> Int64 { min(max(0, tokens), ModelUsage.tokensMax) }
        return CallTokens(
            uncachedInput: fit(uncachedInput), cacheRead: fit(cacheRead), cacheWrite: fit(cacheWrite),
            output: fit(output), reasoning: fit(reasoning))
    }
}

extension Int64 {
    /// Adds a number that is not negative; stops at the largest there is, whatever the order.
    package mutating func add(_ more: Int64) {
        let (sum, overflow) = addingReportingOverflow(more)
        self = overflow ? .max : sum
    }
}
