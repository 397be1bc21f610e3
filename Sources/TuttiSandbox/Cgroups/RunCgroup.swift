import Glibc
import Synchronization

/// The group of one run, whose processes have memory and number limited together. It is removed with all that is in
/// it when the run has ended.
struct RunCgroup: Sendable {
    private let place: CgroupPlace
    /// One in each of the parents.
    private let folders: [String]

    private static let count = Atomic<UInt64>(0)
    /// How long is waited for processes that have got their SIGKILL.
    private static let waitMax = 5_000

    /// A new group; `nil` when none can be made or it does not take its limits.
    ///
    /// - Parameters:
    ///   - memory: bytes that all its processes may have.
    ///   - processes: how many they may be, threads included.
    init?(in place: CgroupPlace, memory: Int, processes: Int) {
        self.place = place
        let name = CgroupName.own.text(number: Self.count.add(1, ordering: .relaxed).newValue)
        folders = place.parents.map { "\($0)/\(name)" }
        for folder in folders where unsafe mkdir(folder, 0o755) != 0 {
            remove()
            return nil
        }
        guard limit(memory: memory, processes: processes) else {
            remove()
            return nil
        }
    }

    private func limit(memory: Int, processes: Int) -> Bool {
        switch place.version {
        case .one:
            // Where swapped memory is counted, it counts as well.
            guard KernelFile.write("\(memory)", to: folders[0] + "/memory.limit_in_bytes") else { return false }
            _ = KernelFile.write("\(memory)", to: folders[0] + "/memory.memsw.limit_in_bytes")
            return folders.count < 2 || KernelFile.write("\(processes)", to: folders[1] + "/pids.max")
        case .two:
            guard KernelFile.write("\(memory)", to: folders[0] + "/memory.max") else { return false }
            _ = KernelFile.write("0", to: folders[0] + "/memory.swap.max")
            _ = KernelFile.write("1", to: folders[0] + "/memory.oom.group")
            return KernelFile.write("\(processes)", to: folders[0] + "/pids.max")
        }
    }

    /// What comes before the words of a program, so that it is in the group before it begins.
    var words: [String] {
        let script =
            "n=$1; shift; while [ $n -gt 0 ]; do echo 0 > \"$1\" || exit \(Self.failure); shift; n=$((n-1)); done; "
            + "exec \"$@\""
        return [Self.shell, "-c", script, "sh", "\(folders.count)"] + folders.map { $0 + "/cgroup.procs" }
    }

    /// The code that says that the program could not be put into the group.
    static let failure: Int32 = 125
    static let shell = "/bin/sh"

    /// Whether the kernel has ended one of its processes, as there was no memory left.
    var hasRunOut: Bool {
        let file = place.version == .one ? "/memory.oom_control" : "/memory.events"
        return KernelFile.text(folders[0] + file).flatMap { KernelFile.number("oom_kill", in: $0) } ?? 0 > 0
    }

    /// Whether a program has been put into all of it.
    var hasProcesses: Bool {
        folders.allSatisfy { KernelFile.text($0 + "/cgroup.procs")?.isEmpty == false }
    }

    /// Ends what is left in it, and takes it away. Returns when it is gone.
    ///
    /// - Returns: whether it is gone, which after some seconds is given up.
    @discardableResult
    func remove() -> Bool { folders.map(Self.remove).allSatisfy { $0 } }

    /// Ends what is left in a group, and takes it away.
    static func remove(_ folder: String) -> Bool {
        for _ in 0..<waitMax {
            if unsafe rmdir(folder) == 0 || errno == ENOENT { return true }
            guard errno == EBUSY else { return false }
            _ = KernelFile.write("1", to: folder + "/cgroup.kill")
            for process in (KernelFile.text(folder + "/cgroup.procs") ?? "").split(separator: "\n") {
                // 0 is one of another process namespace, and would be ourselves.
                if let process = Int32(process), process > 1 { kill(process, SIGKILL) }
            }
            usleep(1000)
        }
        return false
    }
}
