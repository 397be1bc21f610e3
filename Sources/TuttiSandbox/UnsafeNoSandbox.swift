import TuttiCore
package import TuttiRuntime

/// Runs programs as they are, with all the rights of ours: for machines where no sandbox can be made and whose user
/// says that he takes that upon himself.
///
/// A program gets its own process group, a clean environment, an end when its time is up, and its workspace as the
/// folder to work in, at its real path and not at ``SandboxCommand/workspacePath``. Of the limits only those of time
/// and output hold.
package struct UnsafeNoSandbox: Sandbox {
    package let description = SandboxDescription(
        name: Self.name, version: "",
        mechanisms: [
            .init(limit: "time", means: "its process group is ended"),
            .init(limit: "everything else", means: "nothing: programs may do what we may"),
        ])
    package static let name = "none"
    private let clock: any Timekeeper
    private let warn: @Sendable (String) -> Void

    /// - Parameter warn: told at each run that it is done without a sandbox.
    package init(clock: any Timekeeper = SystemTimekeeper(), warn: @escaping @Sendable (String) -> Void) {
        self.clock = clock
        self.warn = warn
    }

    package func run(_ command: SandboxCommand) async throws -> SandboxResult {
        try command.check()
        warn(
            "'\(CleanText.line(command.program, bytesMax: 200))' is run WITHOUT A SANDBOX: it may read, change and "
                + "send whatever this user may. Leave out --unsafe-no-sandbox to have such programs refused")
        let began = clock.uptime()
        var program = Subprocess(
            command.program, command.arguments, environment: command.variables(home: command.workspace),
            folder: command.workspace)
        program.input = command.input
        program.outputMax = command.limits.outputSize
        program.errorsMax = command.limits.outputSize
        program.timeout = command.limits.time
        program.grace = .zero
        do {
            let held = HeldResult(result: try await program.run(), over: nil)
            return try held.result(in: clock.uptime() - began) { code throws(SandboxError) in
                code > 128 && code <= 128 + 64 ? .signalled(code - 128) : .exited(code)
            }
        } catch let error as SubprocessError {
            let isMissing = error.reason == .notFound || error.reason == .notExecutable
            throw SandboxError(isMissing ? .notFound : .failed, error.message)
        }
    }
}
