import CTuttiSystem
import Glibc
import Synchronization
import TuttiRuntime

/// Sees to it that all processes of one run together stay within their limits, and that none of them is left.
///
/// Where there is a group for them, the kernel counts their memory; else it is added up now and then. What the
/// workspace takes up is always counted by us.
final class RunWatch: Sendable {
    private let limits: SandboxLimits
    private let workspace: String
    private let group: RunCgroup?
    private let disk: UInt64?
    private let freeAtStart: Int?
    private let state: Mutex<State>

    private struct State {
        var over: SandboxResult.Limit?
        var nextCount = Duration.zero
    }

    /// How often it is looked at the memory, and whether it is time to count the workspace.
    static let interval: Duration = .milliseconds(100)
    /// Counting is given this part of the time at most, so that large workspaces do not keep a processor busy.
    private static let countingPart = 10
    /// When no more than this is left on the disk, a program ends that may be who has taken so much.
    private static let freeMin = 256 << 20
    /// How long is waited for what has got its SIGKILL.
    private static let endMilliseconds: Int32 = 5_000
    private static let clock = SystemTimekeeper()

    init(_ command: SandboxCommand, group: RunCgroup?) {
        limits = command.limits
        workspace = command.workspace
        self.group = group
        var status = stat()
        disk = unsafe stat(command.workspace, &status) == 0 ? UInt64(status.st_dev) : nil
        freeAtStart = Self.free(command.workspace)
        state = Mutex(State(nextCount: Self.clock.uptime() + Self.interval))
    }

    /// What looks after the program while it runs.
    var watch: SubprocessWatch {
        SubprocessWatch(every: Self.interval, mustEnd: { self.mustEnd($0) }, willBeEnded: { Self.endChildren(of: $0) })
    }

    /// The limit that was passed, if any, after all of the program has ended.
    func overAtLast() -> SandboxResult.Limit? {
        if let over = state.withLock({ $0.over }) { return over }
        if group?.hasRunOut == true { return .memory }
        return isWorkspaceOver ? .workspace : nil
    }

    private func mustEnd(_ process: Int32) -> Bool {
        let over = isMemoryOver(process) ? SandboxResult.Limit.memory : isDiskOver(process) ? .workspace : nil
        guard let over else { return false }
        state.withLock { $0.over = over }
        return true
    }

    // MARK: Memory

    private func isMemoryOver(_ process: Int32) -> Bool {
        if let group { return group.hasRunOut }
        let processes = ProcessTree.all(from: process)
        let files = RemovedFiles(of: processes, disk: disk).inMemory
        guard processes.map(ProcessTree.resident).reduce(files, +) > limits.totalMemory else { return false }
        // That counts what is shared once for each, which programs with many processes do by right.
        var (own, shared) = (0, 0)
        for process in processes {
            let part = ProcessTree.proportional(process) ?? (ProcessTree.resident(process), 0)
            own += part.own
            shared += part.shared
        }
        return own + max(shared, files) > limits.totalMemory
    }

    // MARK: Workspace

    private var isWorkspaceOver: Bool {
        FolderSize.count(workspace, max: .init(bytes: limits.workspaceSize, entries: limits.workspaceFiles)).isOver
    }

    private func isDiskOver(_ process: Int32) -> Bool {
        let began = Self.clock.uptime()
        guard began >= state.withLock({ $0.nextCount }) else { return false }
        let size = FolderSize.count(
            workspace, max: .init(bytes: limits.workspaceSize, entries: limits.workspaceFiles))
        if size.isOver || isDiskFull { return true }
        let removed = RemovedFiles(of: ProcessTree.all(from: process), disk: disk).onDisk
        if size.bytes + removed > limits.workspaceSize { return true }
        let ended = Self.clock.uptime()
        state.withLock { $0.nextCount = ended + max(Self.interval, (ended - began) * Self.countingPart) }
        return false
    }

    /// Whether the disk is nearly full, and has lost more since the start than this program may have taken.
    private var isDiskFull: Bool {
        guard let freeAtStart, let free = Self.free(workspace) else { return false }
        return free < Self.freeMin && freeAtStart - free > limits.workspaceSize
    }

    private static func free(_ path: String) -> Int? {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { return nil }
        let (bytes, isTooMany) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        return isTooMany ? .max : Int(clamping: bytes)
    }

    // MARK: Ending

    /// Ends the first process of the namespace and waits until it is gone; with it go all the others, and the kernel
    /// reaps them before it.
    private static func endChildren(of process: Int32) {
        let children = ProcessTree.children(of: process).compactMap { child -> (Int32, Int32)? in
            let descriptor = CTuttiSystem_watchProcess(child)
            return descriptor < 0 ? nil : (child, descriptor)
        }
        for (child, _) in children { kill(child, SIGKILL) }
        for (_, descriptor) in children {
            var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            while unsafe poll(&polled, 1, endMilliseconds) < 0, errno == EINTR {}
            close(descriptor)
        }
    }
}
