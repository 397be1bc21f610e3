import CSeccomp
import Glibc

/// The system calls that programs in a sandbox may not make, as a filter that the kernel carries out (seccomp(2)).
///
/// What is refused gives EPERM, so that programs that only try go on; what newer calls would make possible that no
/// filter can look into (`clone3`, `openat2`) is said not to be there, and libraries use the older ones.
@safe
struct SystemCallFilter {
    private let context: scmp_filter_ctx

    /// The filter as the kernel takes it.
    ///
    /// - Throws: ``SandboxError`` `sandbox_unavailable` when the library does not know this machine.
    static func program() throws(SandboxError) -> [UInt8] {
        guard let context = unsafe seccomp_init(allow) else { throw unavailable }
        let filter = unsafe SystemCallFilter(context: context)
        defer { unsafe seccomp_release(context) }
        guard filter.refuseAll() else { throw unavailable }
        return try filter.exported()
    }

    private static let unavailable = SandboxError(
        .unavailable, "no filter of system calls could be made; the library libseccomp does not know this machine")

    // The library has these as macros, which Swift does not see.
    private static let allow: UInt32 = 0x7fff_0000
    private static let notPermitted = 0x0005_0000 | UInt32(EPERM)
    private static let notThere = 0x0005_0000 | UInt32(ENOSYS)

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

    private func refuseAll() -> Bool {
        let families = (0..<Self.familiesMax).filter { !Self.families.contains($0) }
        let all = 0xffff_ffff as UInt64
        return Self.refused.allSatisfy { refuse($0, Self.notPermitted) }
            && Self.missing.allSatisfy { refuse($0, Self.notThere) }
            && refuse("clone", Self.notPermitted, bits: Self.namespaces, of: 0)
            && Self.modes.allSatisfy { refuse($0.call, Self.notPermitted, bits: Self.setID, of: $0.argument) }
            && Self.typing.allSatisfy { refuse("ioctl", Self.notPermitted, argument: 1, masked: all, is: $0) }
            && families.allSatisfy { refuse("socket", Self.notPermitted, argument: 0, masked: all, is: $0) }
            && refuse("socket", Self.notPermitted, argument: 1, masked: 0xf, is: UInt64(SOCK_RAW.rawValue))
    }

    /// Refuses a call whatever it is called with; one that this machine does not have is none that could be made.
    private func refuse(_ call: String, _ action: UInt32) -> Bool {
        let number = unsafe seccomp_syscall_resolve_name(call)
        guard number >= 0 else { return true }
        return unsafe seccomp_rule_add_array(context, action, number, 0, nil) == 0
    }

    /// Refuses a call that has any of these bits in an argument.
    private func refuse(_ call: String, _ action: UInt32, bits: UInt64, of argument: UInt32) -> Bool {
        (0..<64).map { UInt64(1) << $0 }.filter { bits & $0 != 0 }.allSatisfy { bit in
            refuse(call, action, argument: argument, masked: bit, is: bit)
        }
    }

    private func refuse(
        _ call: String, _ action: UInt32, argument: UInt32, masked mask: UInt64, is value: UInt64
    ) -> Bool {
        let number = unsafe seccomp_syscall_resolve_name(call)
        guard number >= 0 else { return true }
        var comparison = scmp_arg_cmp(
            arg: argument, op: SCMP_CMP_MASKED_EQ, datum_a: mask, datum_b: value)
        return unsafe seccomp_rule_add_array(context, action, number, 1, &comparison) == 0
    }

    private func exported() throws(SandboxError) -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else { throw Self.unavailable }
        defer { close(ends[0]) }
        // A filter is smaller than what a pipe holds, so that nobody has to read meanwhile.
        let status = unsafe seccomp_export_bpf(context, ends[1])
        close(ends[1])
        guard status == 0 else { throw Self.unavailable }
        var bytes = [UInt8](repeating: 0, count: 64 << 10)
        var count = 0
        while count < bytes.count {
            let more = unsafe bytes.withUnsafeMutableBytes { buffer in
                unsafe read(ends[0], buffer.baseAddress?.advanced(by: count), buffer.count - count)
            }
            if more < 0, errno == EINTR { continue }
            guard more > 0 else { break }
            count += more
        }
        return Array(bytes[..<count])
    }
}
