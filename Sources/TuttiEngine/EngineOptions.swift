import TuttiCore
public import TuttiStore

/// How an engine works; every field has a sensible value.
public struct EngineOptions: Sendable {
    /// The organisation whose runs it sees.
    public var tenant = "default"
    /// The queues whose runs it takes by itself; none: it only works on runs that are started or resumed by name.
    public var queues: [String] = []
    /// How many runs from queues it works on at once.
    public var slots = 64
    /// How many runs of a queue may be at work at once and begin in a time, over all executors of the store; each
    /// should be given the same.
    public var queueLimits: [String: QueueLimit] = [:]
    /// What each person, each project and the organisation may have at once, a day and a month, over all executors of
    /// the store; each should be given the same.
    public var quotas = AccountQuotas()
    /// How often it looks for what other processes have changed.
    public var poll: Duration = .milliseconds(250)
    /// How many runs that only wait stay in memory, so that they go on at once when they are woken. The others are no
    /// more than their rows, and are replayed.
    public var restingInMemoryMax = 4096
    /// How long a run that only waits stays in memory.
    public var restingInMemoryFor: Duration = .seconds(30)
    /// The most commands of one transaction; 1 commits each step by itself.
    public var batchMax = 512
    /// How long it tries again when the disk is full or fails, before what waits for it fails.
    public var storePatience: Duration = .seconds(10)
    /// Takeovers of one run from dead processes in a row, without any progress, after which it is blocked.
    public var recoveriesMax = 5

    /// What single projects may spend; shared by all that have these options.
    package var projectLimits = ProjectLimits()
    /// Who hears what it does; `nil` for nobody.
    package var observer: (any EngineObserver)?

    /// The default values.
    public init() {}
}
