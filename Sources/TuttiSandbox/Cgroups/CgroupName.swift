import FoundationEssentials
import Glibc

/// The names of our groups, by which those of a process that has died are told from those of one that lives.
struct CgroupName: Hashable {
    /// The process namespace in which ``process`` counts.
    let namespace: String
    let process: Int32
    /// When it was started, in the kernel's ticks since the machine was: no other process with its number has it.
    let started: String

    private static let prefix = "tutti-run"

    /// That of this process.
    static let own = CgroupName(
        namespace: namespace(), process: getpid(), started: ProcessTree.started(getpid()) ?? "0")

    func text(number: UInt64) -> String { "\(Self.prefix)-\(namespace)-\(process)-\(started)-\(number)" }

    init(namespace: String, process: Int32, started: String) {
        (self.namespace, self.process, self.started) = (namespace, process, started)
    }

    /// What a name says; `nil` for one that is not ours.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix + "-") else { return nil }
        let parts = text.dropFirst(Self.prefix.count + 1).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, let process = Int32(parts[1]) else { return nil }
        self.init(namespace: String(parts[0]), process: process, started: String(parts[2]))
    }

    private static func namespace() -> String {
        let link = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")) ?? ""
        return link.filter { ("0"..."9").contains($0) }
    }
}

extension CgroupPlace {
    /// Removes the groups of processes that have died without doing so, with all that is in them.
    func sweep() {
        for parent in parents {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? [] {
                guard let owner = CgroupName(name), owner.namespace == CgroupName.own.namespace,
                    ProcessTree.started(owner.process) != owner.started
                else { continue }
                _ = RunCgroup.remove("\(parent)/\(name)")
            }
        }
    }
}
