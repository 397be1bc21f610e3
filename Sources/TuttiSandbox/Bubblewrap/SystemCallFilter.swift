import CSeccomp
import Glibc

/// Rules for system calls as a filter that the kernel carries out (seccomp(2)).
@safe
struct SystemCallFilter {
    private let context: scmp_filter_ctx

    /// The filter as the kernel takes it.
    ///
    /// - Throws: ``SandboxError`` `sandbox_unavailable` when the library does not know this machine.
    static func program(_ rules: [SystemCallRule]) throws(SandboxError) -> [UInt8] {
        guard let context = unsafe seccomp_init(allow) else { throw unavailable }
        let filter = unsafe SystemCallFilter(context: context)
        defer { unsafe seccomp_release(context) }
        guard rules.allSatisfy(filter.add) else { throw unavailable }
        return try filter.exported()
    }

    private static let unavailable = SandboxError(
        .unavailable, "no filter of system calls could be made; the library libseccomp does not know this machine")

    private static let allow: UInt32 = 0x7fff_0000  // SCMP_ACT_ALLOW, a macro

    /// Adds a rule; a call that this machine does not have is none that could be made.
    private func add(_ rule: SystemCallRule) -> Bool {
        let number = unsafe seccomp_syscall_resolve_name(rule.call)
        guard number >= 0 else { return true }
        let action = 0x0005_0000 | UInt32(rule.error)  // SCMP_ACT_ERRNO, a macro
        guard let condition = rule.condition else {
            return unsafe seccomp_rule_add_array(context, action, number, 0, nil) == 0
        }
        var comparison = scmp_arg_cmp(
            arg: condition.argument, op: SCMP_CMP_MASKED_EQ, datum_a: condition.mask, datum_b: condition.value)
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
