package import TuttiCore

/// What is left to a caller in the running minute, for the head of an answer.
package struct CallRates: Sendable, Hashable {
    /// One limit.
    package struct Rate: Sendable, Hashable {
        package var limit: Int
        package var remaining: Int
        /// Until all of it is there again.
        package var resetAfter: Duration

        package init(limit: Int, remaining: Int, resetAfter: Duration) {
            self.limit = limit
            self.remaining = remaining
            self.resetAfter = resetAfter
        }
    }

    package var requests: Rate?
    package var tokens: Rate?

    package init(requests: Rate? = nil, tokens: Rate? = nil) {
        self.requests = requests
        self.tokens = tokens
    }

    private var all: [(name: String, rate: Rate)] {
        [("requests", requests), ("tokens", tokens)].compactMap { name, rate in rate.map { (name, $0) } }
    }

    /// The fields that OpenAI's clients read, such as `x-ratelimit-reset-tokens: 6m0s`.
    package var openAIFields: [(name: String, value: String)] {
        all.flatMap { name, rate in
            [
                ("x-ratelimit-limit-\(name)", String(rate.limit)),
                ("x-ratelimit-remaining-\(name)", String(rate.remaining)),
                ("x-ratelimit-reset-\(name)", Self.text(rate.resetAfter)),
            ]
        }
    }

    /// The fields that Anthropic's clients read; the reset is a moment.
    package func anthropicFields(at time: Timestamp) -> [(name: String, value: String)] {
        all.flatMap { name, rate in
            [
                ("anthropic-ratelimit-\(name)-limit", String(rate.limit)),
                ("anthropic-ratelimit-\(name)-remaining", String(rate.remaining)),
                ("anthropic-ratelimit-\(name)-reset", (time + rate.resetAfter).description),
            ]
        }
    }

    /// `120ms`, `1s`, `6m0s`.
    private static func text(_ duration: Duration) -> String {
        let milliseconds = max(0, duration.milliseconds)
        if milliseconds < 1000 { return "\(milliseconds)ms" }
        let seconds = (milliseconds + 999) / 1000
        return seconds < 60 ? "\(seconds)s" : "\(seconds / 60)m\(seconds % 60)s"
    }
}
