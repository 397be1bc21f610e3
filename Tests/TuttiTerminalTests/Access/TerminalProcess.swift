import FoundationEssentials
import Glibc

/// The real program at a terminal of its own, which a test types into.
final class TerminalProcess {
    private let id: pid_t
    /// The end of the test.
    private let terminal: Int32
    /// Kept open, so that the terminal stays as the program has left it.
    private let other: Int32
    private(set) var shown = ""

    struct Failure: Error { let number: Int32 }

    init(_ desk: Desk, _ arguments: [String]) throws {
        // As posix_openpt, unlockpt and ptsname do it (pts(4), ioctl_tty(2)), which Swift does not import.
        terminal = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
        var (locked, number): (Int32, UInt32) = (0, 0)
        guard terminal >= 0, unsafe ioctl(terminal, UInt(0x4004_5431), &locked) == 0,
            unsafe ioctl(terminal, UInt(0x8004_5430), &number) == 0
        else { throw Failure(number: errno) }
        let path = "/dev/pts/\(number)"
        other = unsafe open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        // The first terminal that the leader of a session opens controls it (setsid(2)): Ctrl-C reaches the program.
        unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDWR, 0)
        for output in [STDOUT_FILENO, STDERR_FILENO] {
            unsafe posix_spawn_file_actions_adddup2(&actions, STDIN_FILENO, output)
        }
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGINT, SIGTERM, SIGHUP] { unsafe sigaddset(&signals, signal) }
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let newSession: Int32 = 0x80  // POSIX_SPAWN_SETSID, which is hidden behind _GNU_SOURCE
        unsafe posix_spawnattr_setflags(&attributes, Int16(Int32(POSIX_SPAWN_SETSIGDEF) | newSession))
        var argv: [UnsafeMutablePointer<CChar>?] = unsafe ([ProgramProcess.path] + arguments).map { unsafe strdup($0) }
        unsafe argv.append(nil)
        let variables = ["HOME=\(desk.folder)", "TUTTI_HOME=\(desk.home)", "TERM=dumb"]
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe variables.map { unsafe strdup($0) }
        unsafe environment.append(nil)
        defer { unsafe (argv + environment).forEach { unsafe free($0) } }
        var process: pid_t = 0
        let status = unsafe posix_spawn(&process, ProgramProcess.path, &actions, &attributes, &argv, &environment)
        guard status == 0 else { throw Failure(number: status) }
        id = process
    }

    deinit {
        close(terminal)
        close(other)
    }

    /// Whether the terminal shows what is typed.
    var echoes: Bool {
        var settings = termios()
        return unsafe tcgetattr(other, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    func type(_ text: String) {
        let bytes = Array(text.utf8)
        _ = unsafe Glibc.write(terminal, bytes, bytes.count)
    }

    func signal(_ number: Int32) { kill(id, number) }

    /// Reads on until the terminal has shown this text behind what was read before; `false` when it ends before.
    func waits(for text: String) -> Bool {
        var fresh = ""
        while !fresh.contains(text) {
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = unsafe read(terminal, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            fresh += String(decoding: chunk[..<count], as: UTF8.self)
        }
        shown += fresh
        return true
    }

    /// Waits for its end.
    func finish() -> ProgramProcess.End {
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal)
    }
}
