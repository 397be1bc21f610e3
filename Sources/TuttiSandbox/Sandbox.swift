/// Runs programs that nobody vouches for, such as those that a model has written, where they can do no harm: without
/// network, on files that they cannot change but for one folder, within limits.
package protocol Sandbox: Sendable {
    /// What holds programs in, and by which means.
    var description: SandboxDescription { get }

    /// Runs a program to its end.
    ///
    /// - Returns: also when it failed or went beyond a limit.
    /// - Throws: ``SandboxError`` when it could not be started; `CancellationError` when the task was cancelled, behind
    ///   which nothing of the program is left.
    func run(_ command: SandboxCommand) async throws -> SandboxResult
}

/// What holds programs in, for people to see.
package struct SandboxDescription: Sendable, Hashable {
    /// Such as `bubblewrap`.
    package let name: String
    /// Its own version, as it tells it.
    package let version: String
    /// By which means each limit is held, such as `("memory", "RLIMIT_AS a process")`.
    package let mechanisms: [Mechanism]

    /// How one limit is held.
    package struct Mechanism: Sendable, Hashable {
        package let limit: String
        package let means: String
    }
}
