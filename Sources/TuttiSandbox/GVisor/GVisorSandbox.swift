import Glibc
import TuttiCore
package import TuttiRuntime

/// A sandbox with a kernel of its own, which answers a program's system calls (https://gvisor.dev), run by `runsc`.
///
/// `runsc` is run as an ordinary user within namespaces of its own, so that its end is that of all it has started, and
/// what it mounts is gone with it. Slower than ``BubblewrapSandbox``, most of all in system calls, and harder to leave:
/// hardly any call of a program reaches the kernel of this machine.
package struct GVisorSandbox: Sandbox {
    package static let name = "gvisor"
    package let description: SandboxDescription
    /// By what means its kernel gets hold of a program's system calls.
    package let platform: String
    private let program: String
    private let links = SystemFolders.links()
    private let means: HoldingMeans
    private let identity: SandboxIdentity
    private let clock: any Timekeeper

    /// Where it may be: as a package of the distribution, or by hand.
    static let programs = ["/usr/bin/runsc", "/usr/local/bin/runsc"]
    static let separator = "/usr/bin/unshare"
    static let limiter = "/usr/bin/prlimit"
    static let changer = "/usr/bin/setpriv"
    /// The platforms, the fastest first. Older versions know not all of them, and `kvm` needs its device.
    static let platforms = ["systrap", "kvm", "ptrace"]
    /// How long the trial of each may take.
    static let trialTime: Duration = .seconds(10)

    /// The sandbox of this machine, after trials of its platforms.
    ///
    /// - Throws: ``SandboxError`` `sandbox_unavailable`, which says what is missing and how it is got;
    ///   `CancellationError`.
    package static func found(clock: any Timekeeper = SystemTimekeeper()) async throws -> GVisorSandbox {
        try await found(means: .find(), clock: clock)
    }

    static func found(
        means: HoldingMeans, clock: any Timekeeper = SystemTimekeeper()
    ) async throws -> GVisorSandbox {
        guard let program = programs.first(where: { unsafe access($0, X_OK) == 0 }) else {
            throw SandboxError(
                .unavailable,
                "there is no runsc in /usr/bin or /usr/local/bin; install the package runsc, or see "
                    + "https://gvisor.dev/docs/user_guide/install")
        }
        for path in [separator, limiter, changer] where unsafe access(path, X_OK) != 0 {
            throw SandboxError(.unavailable, "there is no \(path); install the package util-linux")
        }
        let version = try await ProgramVersion.of(program)
        var told: [String] = []
        let hasMachine = unsafe access("/dev/kvm", R_OK | W_OK) == 0
        for platform in platforms where platform != "kvm" || hasMachine {
            let sandbox = GVisorSandbox(program, version, platform: platform, means: means, clock: clock)
            do {
                try await sandbox.tryOut(as: sandbox.identity, within: trialTime)
                return sandbox
            } catch let error as SandboxError {
                told.append("\(platform): \(error.message)")
            }
        }
        throw SandboxError(
            .unavailable,
            "runsc \(version) runs nothing on this machine (\(told.joined(separator: "; "))); it has to allow user "
                + "namespaces and one of its platforms")
    }

    private init(
        _ program: String, _ version: String, platform: String, means: HoldingMeans, clock: any Timekeeper
    ) {
        self.program = program
        self.platform = platform
        self.means = means
        self.clock = clock
        identity = .current
        description = SandboxDescription(
            name: Self.name, version: version,
            mechanisms: [
                .init(limit: "network", means: "none in its own kernel, within a network namespace"),
                .init(limit: "files", means: "its own kernel: all read-only but the workspace and /tmp"),
                .init(limit: "processes", means: "a limit of what stands for them here, with a process namespace"),
                .init(limit: "processor time", means: "RLIMIT_CPU of each process, by its own kernel"),
                .init(limit: "file size", means: "RLIMIT_FSIZE of each file, by its own kernel"),
                .init(limit: "system calls", means: "its own kernel, platform \(platform)"),
                .init(limit: "user", means: identity.told),
            ] + means.mechanisms(memory: "RLIMIT_AS of each process by its own kernel"))
    }

    // MARK: Running

    package func run(_ command: SandboxCommand) async throws -> SandboxResult {
        try command.check()
        let began = clock.uptime()
        let bundle = try GVisorBundle(for: command, links: links, identity: identity)
        defer { bundle.folder.remove() }
        let tasks = Self.tasksMax(command.limits)
        let held = try await means.run(words(bundle, tasks: tasks), for: command, processes: tasks) { _ in }
        return try held.result(in: clock.uptime() - began) { code throws(SandboxError) in
            try ended(code, held.result, bundle, command)
        }
    }

    /// What stands for its processes and threads here: a few for each, and some for its kernel itself.
    static func tasksMax(_ limits: SandboxLimits) -> Int { 4 * limits.processes + 256 }

    private func words(_ bundle: GVisorBundle, tasks: Int) -> [String] {
        var words = identity.words(changer: Self.changer)
        words += [
            Self.separator, "--user", "--map-root-user", "--mount", "--pid", "--ipc", "--fork", "--kill-child",
            "--mount-proc",
        ]
        words += [Self.limiter, "--nproc=\(tasks)", "--core=0", "--"]
        words += [
            program, "--platform=\(platform)", "--network=none", "--rootless", "--ignore-cgroups", "--oci-seccomp",
        ]
        return words + bundle.words
    }

    /// `runsc` tells of a signal as shells do, and of its own failures by 128 and its log.
    private func ended(
        _ code: Int32, _ result: SubprocessResult, _ bundle: GVisorBundle, _ command: SandboxCommand
    ) throws(SandboxError) -> SandboxResult.End {
        if code > 128, code <= 128 + 64 { return .signalled(code - 128) }
        if result.output.count == 0, Limiter.isWithoutProgram(code, result.errors.text) { throw command.isNotThere }
        if code == Self.failure, let told = bundle.errors {
            // Its kernel did not survive the program, or came to the limit of processes.
            if told.contains("waiting on container") { return .signalled(SIGKILL) }
            throw SandboxError(.failed, "no sandbox could be made: \(CleanText.line(told, bytesMax: 300))")
        }
        // What comes before runsc; when it has begun there is its log.
        let isBefore = KernelFile.text(bundle.log) == nil && result.output.count == 0 && code != 0
        guard isBefore else { return .exited(code) }
        throw SandboxError(.failed, "no sandbox could be made: \(CleanText.line(result.errors.text, bytesMax: 300))")
    }

    private static let failure: Int32 = 128
}
