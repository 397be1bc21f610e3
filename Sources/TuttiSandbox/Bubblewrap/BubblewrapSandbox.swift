import FoundationEssentials
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
        for (path, package) in [(program, "bubblewrap"), (limiter, "util-linux"), (changer, "util-linux")]
        where unsafe access(path, X_OK) != 0 {
            throw SandboxError(.unavailable, "there is no \(path); install the package \(package)")
        }
        let version = try await version()
        let sandbox = BubblewrapSandbox(
            version: version, filter: try SystemCallFilter.program(), identity: SandboxIdentity.current, clock: clock)
        try await sandbox.tryOut()
        return sandbox
    }

    private init(version: String, filter: [UInt8], identity: SandboxIdentity, clock: any Timekeeper) {
        arguments = BubblewrapArguments(links: Self.links())
        self.filter = filter
        self.identity = identity
        self.clock = clock
        description = SandboxDescription(
            name: "bubblewrap", version: version,
            mechanisms: [
                .init(limit: "network", means: "a network namespace without interfaces"),
                .init(limit: "files", means: "a mount namespace: all read-only but the workspace and /tmp"),
                .init(limit: "processes", means: "RLIMIT_NPROC, and a process namespace that ends as a whole"),
                .init(limit: "memory", means: "RLIMIT_AS of each process"),
                .init(limit: "processor time", means: "RLIMIT_CPU of each process"),
                .init(limit: "file size", means: "RLIMIT_FSIZE of each file"),
                .init(limit: "system calls", means: "seccomp"),
                .init(limit: "user", means: identity.told),
            ])
    }

    private static func version() async throws -> String {
        var program = Subprocess(program, ["--version"])
        program.timeout = trialTime
        let text: String
        do {
            text = try await program.run().output.text
        } catch let error as SubprocessError {
            throw SandboxError(.unavailable, error.message)
        }
        return text.split(whereSeparator: \.isWhitespace).last.map(String.init) ?? "unknown"
    }

    private static func links() -> [(name: String, target: String)] {
        BubblewrapArguments.linkNames.compactMap { name in
            guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "/" + name) else {
                return nil
            }
            return (name, target.hasPrefix("/") ? String(target.dropFirst()) : target)
        }
    }

    /// Makes one sandbox, so that a machine that allows none is known at the start.
    private func tryOut() async throws {
        let workspace = try TemporaryFolder(for: identity)
        defer { workspace.remove() }
        var command = SandboxCommand("/usr/bin/true", workspace: workspace.path)
        command.limits.time = Self.trialTime
        let result: SandboxResult
        do {
            result = try await run(command)
        } catch let error as SandboxError {
            throw SandboxError(.unavailable, Self.explanation(error.message))
        }
        guard result.end == .exited(0) else { throw SandboxError(.unavailable, Self.explanation(result.errors.text)) }
    }

    private static func explanation(_ told: String) -> String {
        "this machine lets no sandbox be made (\(CleanText.line(told, bytesMax: 300))); it has to allow user "
            + "namespaces: sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone and, on Ubuntu, "
            + "kernel.apparmor_restrict_unprivileged_userns"
    }

    // MARK: Running

    package func run(_ command: SandboxCommand) async throws -> SandboxResult {
        try check(command)
        let began = clock.uptime()
        let result: SubprocessResult
        do {
            result = try await subprocess(command).run()
        } catch let error as SubprocessError {
            throw SandboxError(.failed, error.message)
        }
        let end: SandboxResult.End
        switch result.end {
        case .timedOut: end = .timedOut
        case .signalled(let signal): end = .signalled(signal)
        case .exited(let code): end = try ended(code, result, command)
        }
        return SandboxResult(
            end: end, output: result.output, errors: result.errors, time: clock.uptime() - began,
            processorTime: result.processorTime)
    }

    /// bubblewrap tells of itself by 1 and a line that begins with its name, and of a signal as shells do.
    private func ended(
        _ code: Int32, _ result: SubprocessResult, _ command: SandboxCommand
    ) throws(SandboxError) -> SandboxResult.End {
        if code > 128, code <= 128 + 64 { return .signalled(code - 128) }
        guard result.output.count == 0 else { return .exited(code) }
        let told = result.errors.text
        if code == 126 || code == 127, told.hasPrefix("prlimit: failed to execute ") {
            throw SandboxError(
                .notFound,
                "there is no program '\(CleanText.line(command.program, bytesMax: 200))' in the sandbox; it has those "
                    + "of /usr, and what is named as readable")
        }
        guard code == 1, told.hasPrefix("bwrap: ") else { return .exited(code) }
        throw SandboxError(.failed, "no sandbox could be made: \(CleanText.line(told, bytesMax: 300))")
    }

    private func check(_ command: SandboxCommand) throws(SandboxError) {
        let words = [command.program, command.workspace] + command.arguments + command.readable
        guard !(words + command.environment.keys + command.environment.values).contains(where: { $0.utf8.contains(0) })
        else {
            throw SandboxError(.input, "a word, path or variable of the command holds a NUL character; leave it out")
        }
        for name in command.environment.keys where name.isEmpty || name.utf8.contains(UInt8(ascii: "=")) {
            throw SandboxError(.input, "'\(name)' is no name of a variable; take letters, digits and '_'")
        }
        for path in [command.workspace] + command.readable where !path.hasPrefix("/") {
            throw SandboxError(.input, "'\(path)' is no absolute path; a sandbox is given folders by those")
        }
        var status = stat()
        guard unsafe stat(command.workspace, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
            throw SandboxError(.input, "there is no folder '\(command.workspace)' to work in; make it first")
        }
    }

    private func subprocess(_ command: SandboxCommand) -> Subprocess {
        var words = identity.words(changer: Self.changer)
        words += [Self.program, "--args", "\(BubblewrapArguments.argumentsDescriptor)", "--"]
        // In the sandbox: there the kernel counts the processes of this sandbox alone (since Linux 5.14).
        words += [Self.limiter] + arguments.limits(of: command)
        words += [command.program] + command.arguments
        var program = Subprocess(words[0], Array(words.dropFirst()))
        program.files = [arguments.options(for: command).flatMap { Array($0.utf8) + [0] }, filter]
        program.input = command.input
        program.outputMax = command.limits.outputSize
        program.errorsMax = command.limits.outputSize
        program.timeout = command.limits.time
        program.grace = .zero  // what holds it in ends at once, and all that is in it with it
        return program
    }
}
