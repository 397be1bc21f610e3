import FoundationEssentials
package import Glibc

/// A program that we start in a process group of its own, and that we may kill.
package final class ChildProcess {
    package enum End: Equatable, Sendable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    package struct SpawnError: Error, CustomStringConvertible {
        let program: String
        let number: Int32
        package var description: String {
            let reason = unsafe strerror(number).map { unsafe String(cString: $0) } ?? "error \(number)"
            return "cannot start \(program): \(reason)"
        }
    }

    package let id: pid_t
    private var end: End?

    /// Starts a program with its output going to a file.
    ///
    /// - Parameter environment: what it has beside our own environment, or in place of a part of it.
    /// - Throws: ``SpawnError`` when it cannot be started.
    package init(_ program: String, _ arguments: [String], environment: [String: String] = [:], output: String) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
        let errors = output + ".err"
        unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o644)

        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)

        var words = unsafe Self.list([program] + arguments)
        var variables = unsafe Self.list(Self.environment(with: environment))
        defer { unsafe (words + variables).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let status = unsafe posix_spawn(&process, program, &actions, &attributes, &words, &variables)
        guard status == 0 else { throw SpawnError(program: program, number: status) }
        id = process
    }

    /// Texts as C has them, with a null pointer at the end; each has to be freed.
    private static func list(_ texts: [String]) -> [UnsafeMutablePointer<CChar>?] {
        unsafe texts.map { unsafe strdup($0) } + [nil]
    }

    private static func environment(with more: [String: String]) -> [String] {
        let own = ProcessInfo.processInfo.environment.merging(more) { _, new in new }
        return own.map { "\($0)=\($1)" }.sorted()
    }

    /// How it ended; nil while it runs.
    package func poll() -> End? {
        if end == nil { end = wait(WNOHANG) }
        return end
    }

    /// Sends a signal to its whole process group.
    package func signal(_ number: Int32) {
        if end == nil { _ = killpg(id, number) }
    }

    /// Ends it with SIGKILL, and waits until it is gone.
    package func kill() -> End {
        signal(SIGKILL)
        let how = end ?? wait(0) ?? .killed(signal: SIGKILL)
        end = how
        return how
    }

    /// Waits for its end; kills it when that takes longer than the limit, and then gives nil.
    package func wait(limit: Duration) -> End? {
        let deadline = ContinuousClock.now + limit
        while poll() == nil {
            guard ContinuousClock.now < deadline else {
                _ = kill()
                return nil
            }
            pause(.milliseconds(1))
        }
        return end
    }

    private func wait(_ options: Int32) -> End? {
        var status: Int32 = 0
        var result: pid_t
        repeat { result = unsafe waitpid(id, &status, options) } while result == -1 && errno == EINTR
        guard result == id else { return nil }
        let signal = status & 0x7F  // WTERMSIG and WEXITSTATUS are macros that Swift does not import
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    }
}

/// Lets this thread rest; the kill loop is a program that watches others, so it may.
package func pause(_ duration: Duration) {
    let (seconds, attoseconds) = duration.components
    var wanted = timespec(tv_sec: Int(seconds), tv_nsec: Int(attoseconds / 1_000_000_000))
    var rest = timespec()
    while unsafe nanosleep(&wanted, &rest) == -1 && errno == EINTR { wanted = rest }
}
