/// What a program in a sandbox may use at most.
package struct SandboxLimits: Sendable, Hashable {
    /// By the clock on the wall, with all that it has started.
    package var time: Duration = .seconds(60)
    /// Processor time of each process, in whole seconds.
    package var processorTime: Duration = .seconds(60)
    /// Bytes of address space of each process.
    package var memory = 2 << 30
    /// Bytes of memory that all its processes have together, with what they hold in `/tmp`.
    package var totalMemory = 2 << 30
    /// Processes and threads at one time.
    package var processes = 128
    /// Bytes of each file that it writes.
    package var fileSize = 64 << 20
    /// Bytes that its workspace takes up on the disk, with what was there before. A program that writes beyond them is
    /// ended within moments, in which it can write more.
    package var workspaceSize = 2 << 30
    /// Files and folders in its workspace, with what was there before.
    package var workspaceFiles = 100_000
    /// Files that each process has open.
    package var openFiles = 256
    /// Bytes of `/tmp`, and again of `/dev/shm`, which are in memory and gone afterwards.
    package var temporarySize = 64 << 20
    /// Bytes that are kept of the beginning of its standard output, and of the end of its standard error.
    package var outputSize = 1 << 20

    package init() {}

    /// ``processorTime`` as the kernel takes it.
    var processorSeconds: Int { max(1, Int((processorTime / .seconds(1)).rounded(.up))) }
}
