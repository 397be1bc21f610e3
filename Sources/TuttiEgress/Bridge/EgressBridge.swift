import CTuttiSystem
import Glibc
import TuttiRuntime

/// What runs inside of a sandbox in front of a program: programs know proxies by address and port, and a sandbox has
/// no network but its own loopback, so connections to a port there are handed to the proxy's socket file.
package enum EgressBridge {
    /// By which a program that knows it is called to be the bridge: its first argument.
    package static let verb = "egress-bridge"
    /// The port that proxies usually have.
    package static let portUsual: UInt16 = 3128
    /// Connections at one time; each has two descriptors, and a sandbox lets a process have 256. More of them wait.
    package static let connectionsMax = 96

    /// Exit codes, as env(1), nohup(1) and timeout(1) have them.
    package enum Failure {
        /// The bridge itself could not be made.
        package static let bridge: Int32 = 125
        /// The program cannot be started.
        package static let notStarted: Int32 = 126
        /// There is no such program.
        package static let notFound: Int32 = 127
    }

    /// Listens, starts the program, forwards connections until it ends, and tells how it ended.
    ///
    /// To be called at the start of a process, before there are other threads: signals that ask it to end (SIGINT,
    /// SIGTERM, SIGHUP) are passed on to the program instead, and stay blocked afterwards.
    ///
    /// - Parameter arguments: `--socket PATH [--port NUMBER] -- PROGRAM ARGUMENT…`
    /// - Returns: The program's exit code, or 128 and the signal that ended it; or a code of ``Failure`` after a line
    ///   on standard error.
    package static func main(_ arguments: [String]) -> Int32 {
        let options: BridgeOptions
        switch BridgeOptions.read(arguments) {
        case .success(let read): options = read
        case .failure(let fault): return say(fault.message, Failure.bridge)
        }
        let listener = unsafe CTuttiSystem_listen("127.0.0.1", Int32(options.port), 128)
        guard listener >= 0 else {
            return say("no connections can be taken at 127.0.0.1:\(options.port): \(text(errno))", Failure.bridge)
        }
        defer { close(listener) }
        Signals.block(Signals.ending)
        let program: BridgedProgram
        switch BridgedProgram.start(options.command) {
        case .success(let started): program = started
        case .failure(let fault):
            let code = fault.number == ENOENT ? Failure.notFound : Failure.notStarted
            return say("'\(options.command[0])' cannot be started: \(text(fault.number))", code)
        }
        program.passSignalsOn()
        var loop = BridgeLoop(listener: listener, socketPath: options.socketPath, ending: program.ending)
        loop.run()
        return program.end()
    }

    private static func say(_ message: String, _ code: Int32) -> Int32 {
        let line = Array("tutti egress bridge: \(message)\n".utf8)
        _ = unsafe line.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
        return code
    }

    private static func text(_ number: Int32) -> String { unsafe String(cString: strerror(number)) }
}
