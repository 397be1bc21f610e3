import Glibc
import TuttiRuntime

/// A server on this machine that answers as providers of models do, and as they fail.
///
/// ```swift
/// let models = try FakeModels(.always(.text("hello")))
/// // … calls to models.url …
/// let counters = await models.until { $0.complete == 3 }
/// models.stop()
/// ```
package final class FakeModels: Sendable {
    package struct Options: Sendable {
        /// 0 is one of the system's choice.
        package var port: UInt16 = 0
        /// Models that are known; `nil` lets the script decide.
        package var models: [String]?
        /// The key that callers need; `nil` takes any, and none.
        package var key: String?
        /// A file that gets a line for each billed call.
        package var ledger: String?

        package init() {}
    }

    /// Where it listens on 127.0.0.1.
    package let port: UInt16
    private let mailbox = LoopMailbox()
    private let board = CounterBoard()
    private let end = End()

    /// Starts the server, on a thread of its own.
    ///
    /// - Throws: ``FakeModelsError`` when the port is taken or the ledger cannot be written.
    package init(_ script: Script, _ options: Options = Options()) throws(FakeModelsError) {
        let ledger: Ledger? = if let path = options.ledger { try Ledger(path: path) } else { nil }
        Self.raiseFileLimit()
        let listener = try Self.listen(options.port)
        port = Loopback.port(of: listener)
        let desk = CallDesk(options: options, script: script, board: board)
        PosixThread.start(name: "fake-models") { [mailbox, board, end] in
            var loop = ServerLoop(listener: listener, mailbox: mailbox, board: board, ledger: ledger, desk: desk)
            loop.run()
            board.close()
            end.give()
        }
    }

    deinit { mailbox.post(.stop) }

    /// The base of all paths, such as `http://127.0.0.1:4711`.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// What it has seen so far.
    package var counters: Counters { board.counters }

    /// Waits until the counters are as wanted, or the server has ended.
    @discardableResult
    package func until(_ isReached: @escaping @Sendable (Counters) -> Bool) async -> Counters {
        await board.until(isReached)
    }

    /// Closes all connections; afterwards new ones are refused.
    package func stop() {
        mailbox.post(.stop)
        end.wait()
    }

    /// Ten thousand connections need as many descriptors; the soft limit is only there for `select`.
    private static func raiseFileLimit() {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }

    private static func listen(_ port: UInt16) throws(FakeModelsError) -> Int32 {
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let listener = socket(AF_INET, Int32(kind), 0)
        var one: Int32 = 1
        _ = unsafe setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
        let status = unsafe Loopback.withAddress(port) { unsafe bind(listener, $0, $1) }
        guard status == 0, Glibc.listen(listener, 4096) == 0 else {
            let reason = errno
            close(listener)
            throw FakeModelsError(description: "port \(port) of 127.0.0.1 cannot be listened to (error \(reason))")
        }
        return listener
    }
}

extension FakeModels {
    /// The end of the server's thread, for which any number of threads may wait.
    private final class End: Sendable {
        private let semaphore = Semaphore()

        func give() { semaphore.signal() }

        func wait() {
            semaphore.wait()
            semaphore.signal()  // for the next
        }
    }
}
