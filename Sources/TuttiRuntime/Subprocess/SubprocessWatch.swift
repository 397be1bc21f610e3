/// Looks after a program while it runs, on the thread that carries it, and never when its number may be another's.
package struct SubprocessWatch: Sendable {
    /// How long to wait between two looks.
    let interval: Duration
    /// Says whether the program, whose number it is given, has to end. Then it is ended at once, as by SIGKILL.
    ///
    /// What it writes waits meanwhile, so this has to be done within milliseconds.
    let mustEnd: @Sendable (Int32) -> Bool
    /// Called with its number before it is ended by us, for whatever reason: to end what its group does not hold.
    let willBeEnded: @Sendable (Int32) -> Void

    package init(
        every interval: Duration, mustEnd: @escaping @Sendable (Int32) -> Bool,
        willBeEnded: @escaping @Sendable (Int32) -> Void
    ) {
        self.interval = interval
        self.mustEnd = mustEnd
        self.willBeEnded = willBeEnded
    }
}
