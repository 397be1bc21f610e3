import FoundationEssentials
import Glibc
import Synchronization
package import TuttiEgress
import TuttiRuntime
package import TuttiSandbox

/// The way out of a sandbox for programs that may use the network: through a proxy of their own, to what a policy
/// allows.
package struct EgressGate: Sendable {
    private let policy: EgressPolicy
    private let bridge: BridgeProgram

    package init(policy: EgressPolicy, bridge: BridgeProgram) {
        self.policy = policy
        self.bridge = bridge
    }

    /// Where a program finds the socket of its proxy, and the bridge to it.
    private static let socketFolder = "/run/egress"
    private static let bridgePath = "/run/tutti-bridge"

    /// Runs a program that reaches the network through the proxy alone, which ends with it.
    ///
    /// - Returns: how it ended, and what the proxy has decided, at most ``eventsMax`` of it.
    /// - Throws: as `Sandbox.run(_:)`; `EgressError` when there can be no proxy.
    package func run(
        _ command: SandboxCommand, in sandbox: any Sandbox
    ) async throws -> (SandboxResult, [EgressEvent]) {
        switch sandbox.description.name {
        case UnsafeNoSandbox.name: return (try await sandbox.run(command), [])
        case GVisorSandbox.name:
            throw ToolError(
                .noSandbox, "gVisor lets no program reach the proxy's socket; use bubblewrap for agents with a network")
        default: break
        }
        let identity = SandboxIdentity.current
        let folder = try TemporaryFolder(for: identity)
        defer { folder.remove() }
        let log = EgressLog()
        let proxy = try EgressProxy(
            path: folder.path + "/proxy", owner: identity.number.map { EgressSocketOwner(user: $0, group: $0) },
            policy: policy, report: log.add)
        let bridged = self.bridged(command, folder.path)
        let result = try await withThrowingTaskGroup(of: SandboxResult?.self) { group in
            group.addTask {
                await proxy.run()
                return nil
            }
            group.addTask { try await sandbox.run(bridged) }
            defer { proxy.close() }
            while let next = try await group.next() {
                if let result = next { return result }
            }
            throw CancellationError()
        }
        return (result, log.events)
    }

    private func bridged(_ command: SandboxCommand, _ folder: String) -> SandboxCommand {
        var bridged = command
        bridged.program = Self.bridgePath
        bridged.arguments =
            [EgressBridge.verb, "--socket", Self.socketFolder + "/proxy", "--", command.program] + command.arguments
        bridged.placed[Self.bridgePath] = bridge.path
        bridged.placed[Self.socketFolder] = folder
        bridged.readable += bridge.libraries
        let proxy = "http://127.0.0.1:\(EgressBridge.portUsual)"
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"] {
            bridged.environment[name] = proxy
        }
        return bridged
    }

    /// Decisions of one program that are kept; the proxy itself lets it make more requests.
    package static let eventsMax = 60
}

/// What a proxy tells of one program.
private final class EgressLog: Sendable {
    private let kept = Mutex<[EgressEvent]>([])

    var events: [EgressEvent] { kept.withLock { $0 } }

    func add(_ event: EgressEvent) {
        kept.withLock { if $0.count < EgressGate.eventsMax { $0.append(event) } }
    }
}

/// The program that stands as a bridge in front of another in a sandbox: the present one, called by
/// `EgressBridge.verb`.
package struct BridgeProgram: Sendable {
    /// Where it is on this machine.
    let path: String
    /// Folders of libraries that it needs and that no sandbox shows anyway.
    var libraries: [String] { Self.loaded() }

    /// The program that is running; `nil` when it is none that knows the verb.
    ///
    /// - Parameter name: what a program is called that does.
    package static func current(named name: String = "tutti") -> BridgeProgram? {
        guard let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            path.split(separator: "/").last == Substring(name)
        else { return nil }
        return BridgeProgram(path: path)
    }

    private static let mapsSizeMax = 4 << 20

    /// The folders of libraries that this process has loaded from elsewhere than the system's folders.
    private static func loaded() -> [String] {
        // Files of the kernel say that they have no bytes, so they are read until nothing comes.
        let number = unsafe open("/proc/self/maps", O_RDONLY | O_CLOEXEC)
        guard number >= 0,
            let bytes = try? OpenFile(owning: number).readAll(max: mapsSizeMax, failure: { _ in CancellationError() })
        else { return [] }
        let maps = String(decoding: bytes, as: UTF8.self)
        var folders: Set<String> = []
        for line in maps.split(separator: "\n") {
            guard let start = line.firstIndex(of: "/"), line.contains(".so") else { continue }
            let file = line[start...]
            guard !["/usr/", "/lib/", "/lib64/"].contains(where: file.hasPrefix),
                let end = file.lastIndex(of: "/")
            else { continue }
            folders.insert(String(file[..<end]))
        }
        return folders.sorted()
    }
}
