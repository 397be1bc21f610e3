import FoundationEssentials

/// What the kernel says of a process (proc_pid_stat(5)).
package enum ProcessState {
    /// Whether it has been stopped, as by Ctrl-Z: it lives and holds its locks, but does nothing.
    package static func isStopped(_ process: Int32) -> Bool {
        guard let bytes = try? Data(contentsOf: URL(filePath: "/proc/\(process)/stat")) else { return false }
        return isStopped(stat: String(decoding: bytes, as: UTF8.self))
    }

    /// The state stands behind the program's name, which is in brackets and may hold brackets itself.
    package static func isStopped(stat: String) -> Bool {
        guard let end = stat.lastIndex(of: ")") else { return false }
        let state = stat[stat.index(after: end)...].first { $0 != " " }
        return state == "T" || state == "t"
    }
}
