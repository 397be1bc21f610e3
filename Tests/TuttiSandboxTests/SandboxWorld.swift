import FoundationEssentials
import Glibc
import Synchronization
import Testing
import TuttiCore

@testable import TuttiSandbox

/// A sandbox that tests are run in, with what it holds all processes together by.
enum Backend: String, CaseIterable, Sendable, CustomTestStringConvertible {
    case bubblewrap, gvisor
    /// Without cgroups, also where there are some.
    case watchedBubblewrap, watchedGVisor

    var testDescription: String { rawValue }
    var isGVisor: Bool { self == .gvisor || self == .watchedGVisor }

    func found() async throws -> any Sandbox {
        switch self {
        case .bubblewrap: try await BubblewrapSandbox.found()
        case .gvisor: try await GVisorSandbox.found()
        case .watchedBubblewrap: try await BubblewrapSandbox.found(means: HoldingMeans(place: nil))
        case .watchedGVisor: try await GVisorSandbox.found(means: HoldingMeans(place: nil))
        }
    }

    private static let sandboxes = Task {
        var all: [Backend: any Sandbox] = [:]
        for backend in allCases { all[backend] = try? await backend.found() }
        return all
    }

    /// The sandbox of this machine, found once.
    var sandbox: (any Sandbox)? { get async { await Self.sandboxes.value[self] } }

    /// Those that can be made on this machine.
    static func here() async -> [Backend] {
        let sandboxes = await sandboxes.value
        return allCases.filter { sandboxes[$0] != nil }
    }

    /// Those among them of different programs.
    static func programsHere() async -> [Backend] { await here().filter { $0 == .bubblewrap || $0 == .gvisor } }
}

/// A workspace of one test, and a sandbox of this machine.
struct SandboxWorld {
    let backend: Backend
    let sandbox: any Sandbox
    let workspace: TemporaryFolder

    /// Whether tests can be run in a sandbox here. Where not, as in a container without user namespaces, they are
    /// skipped, and ``SandboxTrialTests`` still hold.
    static func isThere() async -> Bool { await !Backend.here().isEmpty }

    static func with<Output>(
        _ backend: Backend, _ body: (SandboxWorld) async throws -> Output
    ) async throws -> Output {
        await Gate.shared.enter()
        defer { Gate.shared.leave() }
        let workspace = try TemporaryFolder()
        defer { workspace.remove() }
        let sandbox = try #require(await backend.sandbox)
        return try await body(SandboxWorld(backend: backend, sandbox: sandbox, workspace: workspace))
    }

    func run(
        _ program: String, _ arguments: [String] = [], _ change: (inout SandboxCommand) -> Void = { _ in }
    ) async throws -> SandboxResult {
        var command = SandboxCommand(program, arguments, workspace: workspace.path)
        command.limits.time = .seconds(120)  // for loaded machines
        change(&command)
        return try await sandbox.run(command)
    }

    /// What a script of a shell does and says.
    func shell(
        _ script: String, _ change: (inout SandboxCommand) -> Void = { _ in }
    ) async throws -> SandboxResult {
        try await run("/bin/sh", ["-c", script], change)
    }

    func path(_ name: String) -> String { workspace.path + "/" + name }

    func text(of name: String) -> String? { try? String(contentsOfFile: path(name), encoding: .utf8) }

    /// The processes of this machine that have the workspace mounted, or its name among their words.
    func processesLeft() -> [String] {
        let name = URL(filePath: workspace.path).lastPathComponent
        return ProcessTree.names(in: "/proc").filter { process in
            guard let number = Int32(process), number != getpid() else { return false }
            return ["cmdline", "mountinfo"].contains { file in
                KernelFile.text("/proc/\(process)/\(file)")?.contains(name) == true
            }
        }
    }
}

/// Lets some tests in at a time: each of gVisor's has a kernel, and some start more programs than all may.
private final class Gate: Sendable {
    static let shared = Gate()
    private struct State {
        var free = 6
        var waiting: [CheckedContinuation<Void, Never>] = []
    }
    private let state = Mutex(State())

    func enter() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                guard state.free > 0 else {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isFree { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard state.waiting.isEmpty else { return state.waiting.removeFirst() }
            state.free += 1
            return nil
        }
        next?.resume()
    }
}

extension SandboxResult {
    var isSuccess: Bool { end == .exited(0) }
}

enum Python {
    static let isThere = FileManager.default.fileExists(atPath: "/usr/bin/python3")
}
