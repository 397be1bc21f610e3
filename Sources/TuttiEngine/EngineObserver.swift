package import TuttiCore
package import TuttiStore

/// Hears what an engine does, for metrics and traces. It is called on the engine's own tasks, so it must not wait.
package protocol EngineObserver: Sendable {
    /// This process works on a run from now on: it has started it, or taken it up.
    func began(_ run: RunSummary)

    /// Commands are on disk.
    ///
    /// - Parameters:
    ///   - outcomes: what became of each.
    ///   - took: from the moment at which the first of them was handed in.
    func committed(_ commands: [JournalCommand], _ outcomes: [JournalOutcome], took: Duration)

    /// Commands could not be written; they are tried again for as long as the patience of the engine lasts.
    func commitFailed(_ error: StoreError)

    /// Where in which trace an attempt at a step is, for what its closure calls; `nil` outside of any trace.
    func context(ofStep key: String, attempt: Int, in run: RunSummary) -> TraceContext?
}
