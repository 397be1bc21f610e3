import Glibc

/// A system call that programs in a sandbox may not make.
struct SystemCallRule: Sendable, Hashable {
    let call: String
    /// What it gives instead.
    let error: Int32
    /// When it is refused; `nil` for always.
    var condition: Condition?

    /// That an argument has certain bits.
    struct Condition: Sendable, Hashable {
        let argument: UInt32
        let mask: UInt64
        let value: UInt64
    }
}

/// The system calls that programs in a sandbox may not make.
///
/// What is refused gives EPERM, so that programs that only try go on; what newer calls would make possible that no
/// filter can look into (`clone3`, `openat2`) is said not to be there, and libraries use the older ones.
enum SystemCallRules {
    /// Those for every sandbox.
    static let all: [SystemCallRule] =
        refused.map { SystemCallRule(call: $0, error: EPERM) } + said(toBeMissing: missing)
        + bits(namespaces, of: 0, in: "clone") + modes.flatMap { bits(setID, of: $0.argument, in: $0.call) }
        + typing.map { equal("ioctl", 1, .max >> 32, $0) }
        + (0..<familiesMax).filter { !families.contains($0) }.map { equal("socket", 0, .max >> 32, $0) }
        + [equal("socket", 1, 0xf, UInt64(SOCK_RAW.rawValue))]

    /// Those for where only we count memory: they make some that belongs to no process.
    static let hiddenMemory = said(toBeMissing: ["memfd_create", "memfd_secret", "shmget"])

    /// Those that are told to be missing.
    static func said(toBeMissing calls: [String]) -> [SystemCallRule] {
        calls.map { SystemCallRule(call: $0, error: ENOSYS) }
    }

    private static func equal(_ call: String, _ argument: UInt32, _ mask: UInt64, _ value: UInt64) -> SystemCallRule {
        SystemCallRule(call: call, error: EPERM, condition: .init(argument: argument, mask: mask, value: value))
    }

    /// Refuses a call that has any of these bits in an argument.
    private static func bits(_ bits: UInt64, of argument: UInt32, in call: String) -> [SystemCallRule] {
        (0..<64).map { UInt64(1) << $0 }.filter { bits & $0 != 0 }.map { equal(call, argument, $0, $0) }
    }

    /// Calls by which a program reaches for others, for the kernel, or out of what it was put in.
    private static let refused = [
        "acct", "add_key", "bpf", "chroot", "delete_module", "finit_module", "fsconfig", "fsmount", "fsopen", "fspick",
        "init_module", "io_uring_enter", "io_uring_register", "io_uring_setup", "ioperm", "iopl", "kcmp",
        "kexec_file_load", "kexec_load", "keyctl", "lookup_dcookie", "mount", "mount_setattr", "move_mount",
        "move_pages", "name_to_handle_at", "open_by_handle_at", "open_tree", "perf_event_open", "pidfd_getfd",
        "pivot_root", "process_madvise", "process_vm_readv", "process_vm_writev", "ptrace", "quotactl", "quotactl_fd",
        "reboot", "request_key", "setdomainname", "sethostname", "setns", "settimeofday", "swapoff", "swapon", "syslog",
        "umount", "umount2", "unshare", "userfaultfd", "vhangup",
    ]

    /// Calls whose arguments no filter can see.
    private static let missing = ["clone3", "fchmodat2", "openat2"]

    /// Flags of clone(2) that make namespaces: cgroup, uts, ipc, user, pid, net and mount.
    private static let namespaces: UInt64 = 0x7e02_0000
    /// Bits of a mode that give a program the rights of its owner or its group.
    private static let setID: UInt64 = 0o6000
    /// Calls that set a mode, and which argument it is.
    private static let modes: [(call: String, argument: UInt32)] = [
        ("chmod", 1), ("fchmod", 1), ("fchmodat", 2), ("creat", 1), ("open", 2), ("openat", 3), ("mkdir", 1),
        ("mkdirat", 2), ("mknod", 1), ("mknodat", 2),
    ]
    /// Requests of ioctl(2) that type into a terminal: TIOCSTI, TIOCLINUX.
    private static let typing: [UInt64] = [0x5412, 0x541c]
    /// Families of sockets that a program may have: unix, inet, inet6, and netlink, by which libraries list interfaces.
    private static let families: Set<UInt64> = [1, 2, 10, 16]
    private static let familiesMax: UInt64 = 46
}
