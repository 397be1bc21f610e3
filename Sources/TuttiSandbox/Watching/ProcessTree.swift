import FoundationEssentials
import Glibc

/// The processes that a program has started, and what they use, as proc(5) tells it.
///
/// All of a sandbox stand below the program that makes it: who loses its parent there gets the first process of its
/// namespace as one.
enum ProcessTree {
    /// The most that are looked at; no sandbox may have more.
    static let max = 4096
    private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

    /// Whether this kernel tells who is whose child.
    static var isTold: Bool { KernelFile.text("/proc/self/task/\(getpid())/children") != nil }

    /// The children of a process.
    static func children(of process: Int32) -> [Int32] {
        names(in: "/proc/\(process)/task").flatMap { thread in
            (KernelFile.text("/proc/\(process)/task/\(thread)/children") ?? "").split(separator: " ").compactMap {
                Int32($0)
            }
        }
    }

    /// A process and all that stand below it.
    static func all(from process: Int32) -> [Int32] {
        var found = [process]
        var next = 0
        while next < found.count, found.count < max {
            found += children(of: found[next])
            next += 1
        }
        return found
    }

    /// When a process was started, as the kernel counts; `nil` for one that is not there.
    static func started(_ process: Int32) -> String? {
        // Its name may hold anything, and ends with the last bracket.
        guard let text = KernelFile.text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else {
            return nil
        }
        let fields = text[end...].split(separator: " ")
        return fields.count > 20 ? String(fields[20]) : nil
    }

    /// Bytes in memory, those that it shares with others included.
    static func resident(_ process: Int32) -> Int {
        let fields = (KernelFile.text("/proc/\(process)/statm") ?? "").split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * page : 0
    }

    /// Bytes in memory that are not of files, what is shared by several divided among them; the second of what is
    /// shared on purpose. Slow; `nil` where it is not told.
    static func proportional(_ process: Int32) -> (own: Int, shared: Int)? {
        guard let text = KernelFile.text("/proc/\(process)/smaps_rollup"),
            let own = KernelFile.number("Pss_Anon", in: text), let shared = KernelFile.number("Pss_Shmem", in: text)
        else { return nil }
        return (own << 10, shared << 10)
    }

    /// The names in a folder of the kernel.
    static func names(in folder: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    }
}
