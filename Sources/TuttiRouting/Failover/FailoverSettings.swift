import TuttiCore

/// How long a call may wait between attempts.
package struct FailoverSettings: Sendable, Hashable {
    /// A longer rest is not waited for: whoever asks would be better served by an error.
    package var waitMax = Duration.seconds(5)
    /// The ceiling of the first wait where no provider has asked for one; it doubles with each attempt.
    package var delayFirst = Duration.milliseconds(200)
    /// The highest ceiling of such a wait.
    package var delayMax = Duration.seconds(5)

    /// How often a call waits: as often as it may be tried, and a little more, since others may be quicker.
    package var sleepsMax = RouteLimits.retriesMax + 2

    package init() {}
}
