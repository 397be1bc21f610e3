import Glibc
import TuttiCore
package import TuttiRuntime

/// A sandbox of Linux namespaces, made by the program `bwrap` (https://github.com/containers/bubblewrap), with a filter
/// of system calls and with limits of each process.
///
/// Started by the machine's administrator it becomes another user first: within its namespaces it would otherwise own
/// what the kernel lets its owner change, and limits of processes hold by user.
package struct BubblewrapSandbox: Sandbox {
    package let description: SandboxDescription
    private let arguments: BubblewrapArguments
    private let filter: [UInt8]
    private let means: HoldingMeans
    private let identity: SandboxIdentity
    private let clock: any Timekeeper

    static let program = "/usr/bin/bwrap"
    static let limiter = "/usr/bin/prlimit"
    static let changer = "/usr/bin/setpriv"
    /// How long the trial of ``found(clock:)`` may take.
    static let trialTime: Duration = .seconds(10)

    /// The sandbox of this machine, after a trial.
    ///
    /// - Throws: ``SandboxError`` `sandbox_unavailable`, which says what is missing and how it is got.
    package static func found(clock: any Timekeeper = SystemTimekeeper()) async throws -> BubblewrapSandbox {
        try await found(means: .find(), clock: clock)
    }

    static func found(
        means: HoldingMeans, clock: any Timekeeper = SystemTimekeeper()
    ) async throws -> BubblewrapSandbox {
        for (path, package) in [(program, "bubblewrap"), (limiter, "util-linux"), (changer, "util-linux")]
        where unsafe access(path, X_OK) != 0 {
            throw SandboxError(.unavailable, "there is no \(path); install the package \(package)")
        }
        let version = try await ProgramVersion.of(program)
        let rules = SystemCallRules.all + (means.place == nil ? SystemCallRules.hiddenMemory : [])
        let sandbox = BubblewrapSandbox(
            version: version, filter: try SystemCallFilter.program(rules), means: means,
            identity: SandboxIdentity.current, clock: clock)
        do {
            try await sandbox.tryOut(as: sandbox.identity, within: trialTime)
        } catch let error as SandboxError {
            throw SandboxError(.unavailable, explanation(error.message))
        }
        return sandbox
    }

    private init(
        version: String, filter: [UInt8], means: HoldingMeans, identity: SandboxIdentity, clock: any Timekeeper
    ) {
        arguments = BubblewrapArguments(links: SystemFolders.links())
        self.means = means
        self.filter = filter
        self.identity = identity
        self.clock = clock
        description = SandboxDescription(
            name: "bubblewrap", version: version,
            mechanisms: [
                .init(limit: "network", means: "a network namespace without interfaces"),
                .init(limit: "files", means: "a mount namespace: all read-only but the workspace and /tmp"),
                .init(limit: "processes", means: "RLIMIT_NPROC, and a process namespace that ends as a whole"),
                .init(limit: "processor time", means: "RLIMIT_CPU of each process"),
                .init(limit: "file size", means: "RLIMIT_FSIZE of each file"),
                .init(limit: "system calls", means: "seccomp"),
                .init(limit: "user", means: identity.told),
            ] + means.mechanisms(memory: "RLIMIT_AS of each process"))
    }

    private static func explanation(_ told: String) -> String {
        "this machine lets no sandbox be made (\(CleanText.line(told, bytesMax: 300))); it has to allow user "
            + "namespaces: sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone and, on Ubuntu, "
            + "kernel.apparmor_restrict_unprivileged_userns"
    }

    // MARK: Running

    package func run(_ command: SandboxCommand) async throws -> SandboxResult {
        try command.check()
        let began = clock.uptime()
        let processes = command.limits.processes + Self.ownProcesses
        let held = try await means.run(words(command), for: command, processes: processes) { program in
            program.files = [arguments.options(for: command).flatMap { Array($0.utf8) + [0] }, filter]
        }
        return try held.result(in: clock.uptime() - began) { code throws(SandboxError) in
            try ended(code, held.result, command)
        }
    }

    /// What makes a sandbox and stays with it.
    private static let ownProcesses = 3

    /// bubblewrap tells of itself by 1 and a line that begins with its name, and of a signal as shells do.
    private func ended(
        _ code: Int32, _ result: SubprocessResult, _ command: SandboxCommand
    ) throws(SandboxError) -> SandboxResult.End {
        if code > 128, code <= 128 + 64 { return .signalled(code - 128) }
        guard result.output.count == 0 else { return .exited(code) }
        let told = result.errors.text
        if Limiter.isWithoutProgram(code, told) { throw command.isNotThere }
        let isOurs = code == 1 && told.hasPrefix("bwrap: ") || code == RunCgroup.failure && told.hasPrefix("sh: ")
        guard isOurs else { return .exited(code) }
        throw SandboxError(.failed, "no sandbox could be made: \(CleanText.line(told, bytesMax: 300))")
    }

    private func words(_ command: SandboxCommand) -> [String] {
        var words = identity.words(changer: Self.changer)
        words += [Self.program, "--args", "\(BubblewrapArguments.argumentsDescriptor)", "--"]
        // In the sandbox: there the kernel counts the processes of this sandbox alone (since Linux 5.14).
        words += [Self.limiter] + arguments.limits(of: command)
        return words + [command.program] + command.arguments
    }
}
