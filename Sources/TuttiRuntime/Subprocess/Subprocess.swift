import CTuttiSystem
import Glibc

/// A program to be run to its end: what it is given, and what it may use.
///
/// It gets exactly the environment that stands here, three descriptors and its ``files``, and a session of its own,
/// which makes it the leader of a process group. When it ends, is stopped or takes too long, what is left of that group
/// ends with it.
package struct Subprocess: Sendable {
    /// A path, from ``folder`` when it is relative; or a name that is looked up in the `PATH` of ``environment``.
    package var program: String
    /// What it is called with, without its own name.
    package var arguments: [String]
    /// All of its environment.
    package var environment: [String: String]
    /// Where it works; `nil` for where we are.
    package var folder: String?
    /// What it can read from standard input. It need not.
    package var input: [UInt8] = []
    /// What it can read from the descriptors 3, 4 and so on; at most ``filesMax``.
    package var files: [[UInt8]] = []
    /// The most bytes that are kept of the beginning of its standard output; the rest is counted and dropped.
    package var outputMax = 4 << 20
    /// The most bytes that are kept of the end of its standard error; the rest is counted and dropped.
    package var errorsMax = 64 << 10
    /// How long it may take; `nil` for as long as it likes.
    package var timeout: Duration?
    /// How long it has between being asked to end (SIGTERM) and being ended (SIGKILL); with none it is ended at
    /// once.
    package var grace: Duration = .seconds(5)
    /// Who looks after it while it runs.
    package var watch: SubprocessWatch?

    package init(
        _ program: String, _ arguments: [String] = [], environment: [String: String] = [:], folder: String? = nil
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.folder = folder
    }

    /// The variables that hardly any program can do without; whether one gets them is up to the caller.
    package static let usualVariables = ["HOME", "LANG", "PATH", "TMPDIR", "TZ"]
    /// How many files a program may be given.
    package static let filesMax = Int(CTuttiSystem_DESCRIPTORS_MAX) - 3
    /// Programs that may run at the same time; each has a thread of ours.
    package static let runningMax = 256
    private static let places = Places(max: runningMax)

    /// Runs the program and waits until it has ended and is reaped.
    ///
    /// - Returns: also when it failed, was ended by a signal or took longer than ``timeout``.
    /// - Throws: ``SubprocessError`` when it cannot be started; `CancellationError` when the task is cancelled, which
    ///   stops the program: its whole group has got its SIGKILL, and it is reaped, when this returns.
    package func run() async throws -> SubprocessResult {
        try Task.checkCancellation()
        guard Self.places.take() else { throw SubprocessError.tooMany(Self.runningMax) }
        defer { Self.places.giveBack() }
        let stop = try StopRequest()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                PosixThread.start(name: "tutti-program") {
                    // Writing to a program that has closed its input must not end us. The signal stays pending on
                    // this thread, which ends before anybody could take it.
                    Signals.block([SIGPIPE])
                    let result = Result { try SubprocessLoop.run(self, stop) }
                    stop.close()
                    continuation.resume(with: result)
                }
            }
        } onCancel: {
            stop.make()
        }
    }
}
