import TuttiCore

/// The bounds of what one run may ask of the engine.
package enum EngineLimits {
    /// The most bytes of a run's title; what is longer is cut.
    package static let titleSizeMax = 200
    /// Bytes of an input, a step's result or an output.
    package static let payloadSizeMax = 64 << 20
    /// Items of one `all` or `allSettled`.
    package static let itemsMax = 10_000
    /// Events of one step.
    package static let eventsPerStepMax = 100
    /// Bytes of one event.
    package static let eventSizeMax = 64 << 10
    /// Rows that may wait to travel with the next command.
    static let deferredRowsMax = 256
    /// The time that an attempt sets aside at once of a budget of active time.
    static let activeTimeSlice: Duration = .seconds(60)
    /// A longer back-off is written down, so that it is kept over a restart.
    static let backOffInMemoryMax: Duration = .seconds(5)
    /// Who asks to be left alone for longer does not want to be tried again by the same run.
    static let retryAfterMax: Duration = .seconds(900)
}
