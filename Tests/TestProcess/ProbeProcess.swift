package import Glibc
import TuttiRuntime

/// A process that works on the same files as the test; blocks a thread of its own while the test waits for it.
package actor ProbeProcess {
    private nonisolated let thread = ThreadExecutor(name: "probe")
    package nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe thread.asUnownedSerialExecutor() }

    package nonisolated let id: pid_t
    private let output: Int32
    private var buffer: [UInt8] = []

    /// Starts a program that the build has put beside the tests, such as `engine-probe`.
    package init(_ name: String, _ arguments: [String]) throws {
        let program = Self.path(of: name)
        var ends: [Int32] = [0, 0]
        guard unsafe pipe(&ends) == 0 else { throw Failure(errno: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
        let words: [UnsafeMutablePointer<CChar>?] =
            unsafe ([program] + arguments).map { unsafe strdup($0 as String) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        var child = pid_t()
        let status = unsafe posix_spawn(&child, program, &actions, nil, words, environ)
        close(ends[1])
        guard status == 0 else { throw Failure(errno: status) }
        id = child
        output = ends[0]
    }

    /// Where the build has put a program.
    package static func path(of name: String) -> String {
        var path = [CChar](repeating: 0, count: 4096)
        let length = unsafe readlink("/proc/self/exe", &path, path.count)
        let own = String(decoding: path.prefix(max(0, length)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().map { "/" + $0 }.joined() + "/" + name
    }

    package struct Failure: Error {
        package let errno: Int32
    }

    deinit { close(output) }

    /// The next line that it writes, or `nil` at its end.
    package func line() -> String? {
        while true {
            if let end = buffer.firstIndex(of: UInt8(ascii: "\n")) {
                defer { buffer.removeSubrange(...end) }
                return String(decoding: buffer[..<end], as: UTF8.self)
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = unsafe chunk.withUnsafeMutableBytes { unsafe read(output, $0.baseAddress, $0.count) }
            guard count > 0 else { return nil }
            buffer += chunk[..<count]
        }
    }

    package nonisolated func kill() { _ = Glibc.kill(id, SIGKILL) }

    /// How it ended: its exit code, or the negative number of the signal that ended it.
    package func end() -> Int32 {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0, errno == EINTR {}
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : -(status & 0x7F)
    }
}
