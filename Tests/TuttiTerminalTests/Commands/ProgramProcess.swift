import FoundationEssentials
import Glibc

/// The real program in a process of its own, with its standard error as lines.
final class ProgramProcess {
    enum End: Equatable {
        case exited(Int32)
        case killed(signal: Int32)
    }

    struct SpawnError: Error { let number: Int32 }

    private let id: pid_t
    private let errors: Int32
    private var pending: [UInt8] = []
    private let outputPath: String
    private let home: String
    /// Where what is typed goes; -1 where nobody types.
    private var keys: Int32 = -1

    /// The program beside the test bundle.
    static let path: String = {
        let bundle = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (bundle.lastIndex(of: "/").map { String(bundle[..<$0]) } ?? ".") + "/tutti"
    }()

    /// Starts it over the home of a desk. Standard output goes to a file, or joins the lines; standard input is a pipe
    /// that is typed into, or empty.
    init(_ desk: Desk, _ arguments: [String], joinsOutput: Bool = false, isTyped: Bool = false) throws {
        home = desk.home
        outputPath = desk.folder + "/output-\(UUID().uuidString)"
        let told = try TestPipe()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let typed = isTyped ? try TestPipe() : nil
        if let typed {
            unsafe posix_spawn_file_actions_adddup2(&actions, typed.reading, STDIN_FILENO)
        } else {
            unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        }
        unsafe posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, outputPath, O_WRONLY | O_CREAT, 0o600)
        unsafe posix_spawn_file_actions_adddup2(&actions, told.writing, STDERR_FILENO)
        if joinsOutput { unsafe posix_spawn_file_actions_adddup2(&actions, told.writing, STDOUT_FILENO) }
        var argv: [UnsafeMutablePointer<CChar>?] = unsafe ([Self.path] + arguments).map { unsafe strdup($0) }
        unsafe argv.append(nil)
        let variables = ["HOME=\(desk.folder)", "TUTTI_HOME=\(desk.home)"] + Self.sanitizerOptions
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe variables.map { unsafe strdup($0) }
        unsafe environment.append(nil)
        defer { unsafe (argv + environment).forEach { unsafe free($0) } }
        var attributes = Self.attributes()
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var process: pid_t = 0
        let status = unsafe posix_spawn(&process, Self.path, &actions, &attributes, &argv, &environment)
        close(told.writing)
        if let typed { close(typed.reading) }
        guard status == 0 else {
            close(told.reading)
            if let typed { close(typed.writing) }
            throw SpawnError(number: status)
        }
        (id, errors, keys) = (process, told.reading, typed?.writing ?? -1)
    }

    /// Types a line.
    func type(_ line: String) {
        let bytes = Array((line + "\n").utf8)
        _ = unsafe Glibc.write(keys, bytes, bytes.count)
    }

    /// Nothing more is typed.
    func endInput() {
        guard keys >= 0 else { return }
        close(keys)
        keys = -1
    }

    /// What tells a program that was built with a sanitizer which reports to leave out, and where it finds the tool
    /// that turns addresses into the names that are left out.
    private static let sanitizerOptions: [String] = ["TSAN_OPTIONS", "ASAN_OPTIONS", "PATH"].compactMap { name in
        ProcessInfo.processInfo.environment[name].map { "\(name)=\($0)" }
    }

    /// Ctrl-C as it is on a terminal, even where the tests run in the background and ignore it.
    private static func attributes() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe sigaddset(&signals, SIGINT)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF))
        return attributes
    }

    deinit {
        endInput()
        close(errors)
    }

    func signal(_ number: Int32) { kill(id, number) }

    /// Stops it as Ctrl-Z does, and returns when it stands still.
    /// Stops it between two transactions: others could not write while it holds the lock.
    func stop() {
        while true {
            signal(SIGSTOP)
            var status: Int32 = 0
            while unsafe waitpid(id, &status, WUNTRACED) < 0 && errno == EINTR {}
            guard isWriting else { return }
            signal(SIGCONT)
        }
    }

    /// Whether somebody holds SQLite's lock for writing: byte 120 of the shared memory
    /// (https://sqlite.org/walformat.html).
    private var isWriting: Bool {
        let descriptor = unsafe open(home + "/tutti.db-shm", O_RDWR | O_CLOEXEC)
        defer { close(descriptor) }
        var lock = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 120, l_len: 1, l_pid: 0)
        return unsafe fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    /// The next line of standard error; `nil` at its end.
    func nextLine() -> String? {
        while true {
            if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                defer { pending.removeFirst(end + 1) }
                return String(decoding: pending[..<end], as: UTF8.self)
            }
            var chunk = [UInt8](repeating: 0, count: 4096)
            let count = unsafe read(errors, &chunk, chunk.count)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return nil }
            pending += chunk[..<count]
        }
    }

    /// Reads on until a line satisfies the condition, or to the end.
    func line(where isWanted: (String) -> Bool) -> String? {
        while let line = nextLine() {
            if isWanted(line) { return line }
        }
        return nil
    }

    /// Waits for its end.
    func finish() -> (end: End, output: String, errors: String) {
        var rest: [String] = []
        while let line = nextLine() { rest.append(line + "\n") }
        var status: Int32 = 0
        while unsafe waitpid(id, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F  // WTERMSIG and WEXITSTATUS are macros that Swift does not import
        let output = (try? Data(contentsOf: URL(filePath: outputPath))) ?? Data()
        return (
            signal == 0 ? .exited((status >> 8) & 0xFF) : .killed(signal: signal),
            String(decoding: output, as: UTF8.self), rest.joined()
        )
    }
}
