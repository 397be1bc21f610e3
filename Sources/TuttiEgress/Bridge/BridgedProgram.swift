import CTuttiSystem
import Glibc
import Synchronization
import TuttiRuntime

/// The program behind the bridge, with the standard streams of the bridge.
final class BridgedProgram: Sendable {
    /// Readable when the program has ended.
    let ending: Int32
    /// `nil` as soon as its number may be another's.
    private let process: Mutex<pid_t?>

    private init(_ process: pid_t, ending: Int32) {
        self.process = Mutex(process)
        self.ending = ending
    }

    deinit { close(ending) }

    /// Starts it: found by `PATH`, with all variables, no signal mask and no ignored signal.
    static func start(_ command: [String]) -> Result<BridgedProgram, SystemFault> {
        var process = pid_t()
        let number = spawn(command, &process)
        guard number == 0 else { return .failure(SystemFault(number: number)) }
        let ending = CTuttiSystem_watchProcess(process)
        guard ending >= 0 else {
            let number = errno
            kill(process, SIGKILL)
            var status: Int32 = 0
            _ = unsafe waitpid(process, &status, 0)
            return .failure(SystemFault(number: number))
        }
        return .success(BridgedProgram(process, ending: ending))
    }

    private static func spawn(_ command: [String], _ process: inout pid_t) -> Int32 {
        var attributes = posix_spawnattr_t()
        guard unsafe posix_spawnattr_init(&attributes) == 0 else { return ENOMEM }
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        unsafe sigemptyset(&none)
        unsafe sigfillset(&all)
        _ = unsafe posix_spawnattr_setsigmask(&attributes, &none)
        _ = unsafe posix_spawnattr_setsigdefault(&attributes, &all)
        _ = unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let words: [UnsafeMutablePointer<CChar>?] = unsafe command.map { unsafe strdup($0) } + [nil]
        defer { unsafe words.forEach { unsafe free($0) } }
        return unsafe posix_spawnp(&process, command[0], nil, &attributes, words, environ)
    }

    /// Passes signals that would end this process on to the program, for as long as this process lives.
    func passSignalsOn() {
        PosixThread.start(name: "tutti-signals") {
            var set = sigset_t()
            unsafe sigemptyset(&set)
            for signal in Signals.ending { unsafe sigaddset(&set, signal) }
            while true {
                var signal: Int32 = 0
                guard unsafe sigwait(&set, &signal) == 0 else { continue }
                self.process.withLock { process in
                    if let process { _ = kill(process, signal) }
                }
            }
        }
    }

    /// Waits for the program's end.
    ///
    /// - Returns: Its exit code, or 128 and the signal that ended it.
    func end() -> Int32 {
        process.withLock { process in
            guard let number = process else { return EgressBridge.Failure.bridge }
            var (code, signal, time) = (Int32(0), Int32(0), Int64(0))
            guard unsafe CTuttiSystem_reap(number, &code, &signal, &time) == 0 else {
                return EgressBridge.Failure.bridge
            }
            process = nil
            return signal == 0 ? code : 128 + signal
        }
    }
}
