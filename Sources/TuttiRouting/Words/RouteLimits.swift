/// What a file of routes may have at most, and what counts where it says nothing.
package enum RouteLimits {
    /// Deployments of a file.
    package static let deploymentsMax = 500
    /// Routes of a file.
    package static let routesMax = 500
    /// Entries of one list: deployments, fallbacks, regions, skills.
    package static let entriesMax = 64
    /// Keys of one deployment.
    package static let keysMax = 32
    /// Bytes of a name.
    package static let nameLengthMax = 64
    /// The largest weight.
    package static let weightMax = 1000
    /// The most slots of one deployment.
    package static let slotsMax = 100_000
    /// Slots of a deployment that names none: far above what a key is usually allowed, and still an end.
    package static let slotsDefault = 256
    /// The most attempts after the first one.
    package static let retriesMax = 10
    /// Attempts after the first one of a route that does not say: each of four deployments is asked once.
    package static let retriesDefault = 3
    /// The longest that a call may wait for a slot; who waits longer has gone.
    package static let queueDeadlineMax = Duration.seconds(60)
    /// The longest that a deployment may be silent before another one is asked beside it.
    package static let hedgeMax = Duration.seconds(60)
    /// Bytes of one phrase that an answer must not have.
    package static let phraseLengthMax = 200
    /// The longest that an answer may be kept.
    package static let answerLifetimeMax = Duration.seconds(30 * 86_400)
    /// Bytes of answers that may be kept in memory, and on the disk.
    package static let answerMemory: ClosedRange<Int64> = (1 << 20)...(64 << 30)
    package static let answerDisk: ClosedRange<Int64> = (1 << 20)...(1 << 40)
    /// How near to each other two questions must be to get one answer. Below that they mean something else.
    package static let similarity: ClosedRange<Double> = 0.8...1
    /// The most tokens of a conversation or an answer: more than any model takes.
    package static let tokensMax: Int64 = 1_000_000_000
}
