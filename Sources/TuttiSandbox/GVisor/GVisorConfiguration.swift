import Glibc
import TuttiCore

/// The `config.json` of a container (OCI Runtime Specification 1.0, `config.md` and `config-linux.md`). Pure but for
/// what of this machine there is to be mounted.
enum GVisorConfiguration {
    /// Something that a program finds at a place.
    struct Mount: Hashable {
        let place: String
        /// A folder or file of this machine; `nil` for an empty folder in memory.
        var source: String?
        var isWritable = false
    }

    /// What a command finds, outer ones before those in them.
    static func mounts(for command: SandboxCommand) -> [Mount] {
        var mounts = SandboxCommand.systemFolders.map { Mount(place: $0, source: $0) }
        for file in SystemFolders.filesOutside where unsafe access(file, F_OK) == 0 {
            mounts.append(Mount(place: file, source: file))
        }
        mounts += [Mount(place: "/dev/shm"), Mount(place: "/tmp")]
        mounts += command.readable.map { Mount(place: $0, source: $0) }
        mounts += command.placed.sorted { $0.key < $1.key }.map { Mount(place: $0.key, source: $0.value) }
        return mounts + [Mount(place: SandboxCommand.workspacePath, source: command.workspace, isWritable: true)]
    }

    static func json(for command: SandboxCommand, _ mounts: [Mount]) -> JSONValue {
        [
            "ociVersion": "1.0.2", "hostname": "sandbox", "process": process(command),
            "root": ["path": "root", "readonly": true],
            "mounts": .array(
                [["destination": "/proc", "type": "proc", "source": "proc"]]
                    + mounts.map { json($0, size: command.limits.temporarySize) }),
            "linux": [
                "namespaces": .array(
                    ["pid", "network", "ipc", "uts", "mount"].map { ["type": .string($0)] }),
                "seccomp": seccomp,
            ],
        ]
    }

    private static func json(_ mount: Mount, size: Int) -> JSONValue {
        guard let source = mount.source else {
            return [
                "destination": .string(mount.place), "type": "tmpfs", "source": "tmpfs",
                "options": ["nosuid", "nodev", "mode=1777", .string("size=\(size)")],
            ]
        }
        return [
            "destination": .string(mount.place), "type": "bind", "source": .string(source),
            "options": ["rbind", mount.isWritable ? "rw" : "ro", "nosuid", "nodev"],
        ]
    }

    /// Who is 0 there is the user that has started `runsc` here, and without capabilities there as well.
    private static func process(_ command: SandboxCommand) -> JSONValue {
        let variables = command.variables(home: SandboxCommand.workspacePath)
        let words = limiter(command.limits) + [command.program] + command.arguments
        return [
            "terminal": false, "cwd": .string(SandboxCommand.workspacePath), "noNewPrivileges": true,
            "user": ["uid": 0, "gid": 0], "capabilities": [:],
            "args": .array(words.map { .string($0) }),
            "env": .array(variables.sorted { $0.key < $1.key }.map { .string("\($0.key)=\($0.value)") }),
            "rlimits": .array(rlimits(command.limits)),
        ]
    }

    /// The limit of processor time is held only when it was set by a system call.
    private static func limiter(_ limits: SandboxLimits) -> [String] {
        ["/usr/bin/prlimit", "--cpu=\(limits.processorSeconds)", "--"]
    }

    private static func rlimits(_ limits: SandboxLimits) -> [JSONValue] {
        let all = [
            ("AS", limits.memory), ("CPU", limits.processorSeconds), ("NPROC", limits.processes),
            ("FSIZE", limits.fileSize),
            ("NOFILE", limits.openFiles), ("CORE", 0), ("MEMLOCK", 0), ("MSGQUEUE", 0),
        ]
        return all.map { name, value in
            ["type": .string("RLIMIT_\(name)"), "hard": .int(Int64(value)), "soft": .int(Int64(value))]
        }
    }

    /// Its kernel is told to refuse what ours refuses, as far as that concerns what is left behind; and `statx`, whose
    /// newer flags older versions take for a mistake, so that libraries use what came before it.
    private static let seccomp: JSONValue = [
        "defaultAction": "SCMP_ACT_ALLOW", "architectures": ["SCMP_ARCH_X86_64", "SCMP_ARCH_AARCH64"],
        "syscalls": .array(
            (SystemCallRules.all + SystemCallRules.said(toBeMissing: ["statx"])).map(json)),
    ]

    private static func json(_ rule: SystemCallRule) -> JSONValue {
        var members: [String: JSONValue] = [
            "names": [.string(rule.call)], "action": "SCMP_ACT_ERRNO", "errnoRet": .int(Int64(rule.error)),
        ]
        if let condition = rule.condition {
            members["args"] = [
                [
                    "index": .int(Int64(condition.argument)), "value": .int(Int64(condition.mask)),
                    "valueTwo": .int(Int64(condition.value)), "op": "SCMP_CMP_MASKED_EQ",
                ]
            ]
        }
        return .object(members)
    }
}
