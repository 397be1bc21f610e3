package import TuttiRuntime

/// How a program in a sandbox ended, what it has written, and what it has used.
package struct SandboxResult: Sendable, Hashable {
    /// How a program ended.
    package enum End: Sendable, Hashable {
        /// By itself, with this code.
        case exited(Int32)
        /// By this signal, such as SIGXCPU (24) for one that has computed for too long; also what ended by itself with
        /// 128 and the number of a signal, as a shell does whose child was ended by it.
        case signalled(Int32)
        /// It took longer than ``SandboxLimits/time``.
        case timedOut
        /// By us or by the kernel, as all its processes together used more than they may.
        case overLimit(Limit)
    }

    /// What all processes of a program use together.
    package enum Limit: String, Sendable, Hashable {
        /// ``SandboxLimits/totalMemory``
        case memory
        /// ``SandboxLimits/workspaceSize`` or ``SandboxLimits/workspaceFiles``
        case workspace
    }

    package let end: End
    /// The beginning of its standard output, with what was cut.
    package let output: SubprocessOutput
    /// The end of its standard error, with what was cut.
    package let errors: SubprocessOutput
    /// From its start to its end, the making of the sandbox included.
    package let time: Duration
    /// What it and all its processes have computed, the making of the sandbox included.
    package let processorTime: Duration
}
