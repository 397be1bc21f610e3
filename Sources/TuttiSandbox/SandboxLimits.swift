/// What a program in a sandbox may use at most.
package struct SandboxLimits: Sendable, Hashable {
    /// By the clock on the wall, with all that it has started.
    package var time: Duration = .seconds(60)
    /// Processor time of each process, in whole seconds.
    package var processorTime: Duration = .seconds(60)
    /// Bytes of address space of each process.
    package var memory = 2 << 30
    /// Processes and threads at one time.
    package var processes = 128
    /// Bytes of each file that it writes.
    package var fileSize = 64 << 20
    /// Files that each process has open.
    package var openFiles = 256
    /// Bytes of `/tmp`, which is in memory and gone afterwards.
    package var temporarySize = 64 << 20
    /// Bytes that are kept of the beginning of its standard output, and of the end of its standard error.
    package var outputSize = 1 << 20

    package init() {}
}
