import CTuttiSystem
import Glibc
import Synchronization
import TuttiCore
package import TuttiRuntime

/// A server for HTTP/1.1 with streams, server-sent events and WebSockets.
///
/// ```swift
/// let server = HTTPServer(configuration: HTTPServerConfiguration(port: 8080), handler: router)
/// try await server.run()
/// ```
///
/// Each loop is a thread that serves its connections; a handler runs on the loop of its connection.
package final class HTTPServer: Sendable {
    private enum Phase {
        case new
        case running
        /// To be ended as soon as it runs.
        case endingEarly
        case ended
    }

    private let configuration: HTTPServerConfiguration
    private let context: ServerContext
    private let loops: [ServerLoop]
    private let phase = Mutex(Phase.new)
    private let bound = Milestone<Result<PeerAddress, HTTPServerStartError>>()
    private let ended = Milestone<Void>()

    /// A server that does nothing until ``run()``.
    ///
    /// - Parameter clock: what the time limits go by.
    package init(
        configuration: HTTPServerConfiguration = HTTPServerConfiguration(), handler: any RequestHandler,
        clock: any Timekeeper = SystemTimekeeper()
    ) {
        self.configuration = configuration
        let context = ServerContext(limits: configuration.limits, handler: handler, clock: clock)
        self.context = context
        let count = max(1, configuration.loops ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
        loops = (0..<count).map { _ in ServerLoop(context: context) }
    }

    /// Binds, and serves until ``shutDownGracefully(within:)`` has done its work, or until the task is cancelled, which
    /// ends every connection at once. Returns when the last handler has ended. To be called once.
    ///
    /// - Throws: ``HTTPServerStartError`` when it cannot listen.
    package func run() async throws(HTTPServerStartError) {
        OpenFileLimit.raise()
        let listener: Int32
        do throws(HTTPServerStartError) {
            listener = try listen()
        } catch {
            bound.reach(.failure(error))
            ended.reach(())
            throw error
        }
        let endsEarly = phase.withLock { phase in
            precondition(phase != .running, "a server runs once")
            defer { phase = .running }
            return phase == .endingEarly
        }
        start(listener)
        if endsEarly { end { $0.drain() } }
        await withTaskCancellationHandler {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await self.tickLoops() }
                await ended.waitInAnyCase()
                group.cancelAll()
            }
        } onCancel: {
            end { $0.stop() }
        }
        phase.withLock { $0 = .ended }
    }

    private func start(_ listener: Int32) {
        let countdown = Countdown(loops.count)
        for (index, loop) in loops.enumerated() {
            PosixThread.start(name: "tutti-http-\(index)") { [ended] in
                loop.run()
                if countdown.isLast() { ended.reach(()) }
            }
        }
        let (first, all, context) = (loops[0], loops, context)
        first.perform { first.accept(with: Acceptor(listener: listener, loops: all, context: context)) }
        bound.reach(.success(Self.localAddress(of: listener)))
    }

    private func listen() throws(HTTPServerStartError) -> Int32 {
        let address = configuration.address == "localhost" ? "127.0.0.1" : configuration.address
        let isPort = (0...65535).contains(configuration.port)
        // What the kernel lets wait for us is bounded by its own setting, too (net.core.somaxconn).
        let listener = isPort ? unsafe CTuttiSystem_listen(address, Int32(configuration.port), 4096) : -1
        guard listener >= 0 else {
            throw HTTPServerStartError(
                address: configuration.address, port: configuration.port, errorNumber: isPort ? errno : EINVAL)
        }
        return listener
    }

    private static func localAddress(of listener: Int32) -> PeerAddress {
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(CTuttiSystem_ADDRESS_SIZE)) { text in
            var port: Int32 = 0
            guard let start = text.baseAddress, unsafe CTuttiSystem_localAddress(listener, start, &port) == 0 else {
                return PeerAddress(address: "", port: 0)
            }
            return PeerAddress(address: unsafe String(cString: start), port: Int(port))
        }
    }

    /// Has the loops look at their time limits once a second.
    private func tickLoops() async {
        while (try? await context.clock.sleep(for: .seconds(1))) != nil {
            for loop in loops where loop.counters.call(now: context.clock.uptime()) {
                loop.perform { loop.tick() }
            }
        }
    }

    private func end(_ action: @escaping @Sendable (ServerLoop) -> Void) {
        context.end()
        // The one that accepts is asked first: nothing may be handed to a loop that has ended.
        for loop in loops { loop.perform { action(loop) } }
    }

    // MARK: For others

    /// Where it listens, as soon as it does.
    ///
    /// - Throws: ``HTTPServerStartError`` when it cannot; `CancellationError`.
    package func addresses() async throws -> [PeerAddress] {
        guard let result = await bound.wait() else { throw CancellationError() }
        return [try result.get()]
    }

    /// The port it listens on, as soon as it does.
    package var boundPort: Int {
        get async throws { try await addresses()[0].port }
    }

    /// Accepts nothing more, finishes what is in hand, and has ``run()`` return.
    ///
    /// Connections without a request are closed; WebSockets are closed with 1001, who follows a broadcast is sent away
    /// in good order, and other streams can ask ``ResponseWriter/isServerEnding``. What is still there when the time is
    /// over, or when this task is cancelled, is cancelled and cut off. Returns when everything has ended.
    package func shutDownGracefully(within limit: Duration) async {
        let isRunning = phase.withLock { phase in
            if phase == .new { phase = .endingEarly }
            return phase == .running
        }
        guard isRunning else { return context.end() }
        end { $0.drain() }
        let clock = context.clock
        await withTaskGroup(of: Void.self) { group in
            group.addTask { _ = await self.ended.wait() }
            group.addTask { try? await clock.sleep(for: limit) }
            await group.next()
            group.cancelAll()
        }
        if ended.value == nil { end { $0.stop() } }
        await ended.waitInAnyCase()
    }

    /// Whether it accepts nothing any more.
    var isEnding: Bool { context.isEnding }

    /// What it has done so far.
    package var statistics: HTTPServerStatistics {
        var statistics = HTTPServerStatistics()
        let now = context.clock.uptime()
        for loop in loops { loop.counters.add(to: &statistics, now: now) }
        statistics.connectionsRefused = context.refused.load(ordering: .relaxed)
        return statistics
    }
}

/// Tells the last of several threads that it is.
private final class Countdown: Sendable {
    private let left: Mutex<Int>

    init(_ count: Int) { left = Mutex(count) }

    func isLast() -> Bool {
        left.withLock { left in
            left -= 1
            return left == 0
        }
    }
}
