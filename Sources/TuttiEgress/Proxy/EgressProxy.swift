import Synchronization
import TuttiRuntime

/// The only way out for one sandboxed program: a forward proxy for HTTP on a socket file.
///
/// Requests come as `CONNECT host:port` and as `http://` URLs (RFC 9112, 3.2). Each is judged by the policy; the name
/// of its host is resolved once, each address is judged, and the connection goes to an address that was judged, so
/// that a name which leads elsewhere a moment later gains nothing. Redirects are the program's to follow, by a request
/// that is judged anew. A tunnel has to begin with TLS for the host that it was made for. What is refused is answered
/// with a text that names the rule which is missing.
///
/// One thread does all of it, and up to eight look names up.
package final class EgressProxy: Sendable {
    private enum State {
        case ready
        case running
        case ended
    }

    private struct Life {
        var state = State.ready
        var isClosing = false
    }

    private let socket: SocketFile
    private let bell: Bell
    private let lookups: EgressLookups
    private let policy: EgressPolicy
    private let connector: any EgressConnector
    private let report: @Sendable (EgressEvent) -> Void
    private let life = Mutex(Life())

    /// Makes the socket; programs can connect at once, and are served as soon as ``run()`` is called.
    ///
    /// - Parameters:
    ///   - path: Where the socket is made, at most 107 bytes; there may be nothing yet. Its folder is the caller's.
    ///   - mode: The mode of the socket's file.
    ///   - owner: Whom the file is given to, which needs the privilege for it; `nil` for nobody else.
    ///   - policy: What gets out, and how much.
    ///   - resolver: Finds addresses of names.
    ///   - connector: Begins connections.
    ///   - report: Told of every decision and of every end, in their order, on the proxy's thread; it must not block.
    /// - Throws: ``EgressError``: `path` for one that cannot be a socket's, `taken` when something is there, `system`
    ///   when the system refuses.
    package init(
        path: String, mode: UInt32 = 0o600, owner: EgressSocketOwner? = nil, policy: EgressPolicy,
        resolver: any EgressResolver = SystemResolver(), connector: any EgressConnector = SystemConnector(),
        report: @escaping @Sendable (EgressEvent) -> Void
    ) throws(EgressError) {
        bell = try Bell()
        socket = try SocketFile(path, mode: mode, owner: owner)
        lookups = EgressLookups(resolver, bell: bell)
        self.policy = policy
        self.connector = connector
        self.report = report
    }

    deinit { socket.remove() }

    /// Serves the program until the task is cancelled or ``close()`` is called. Afterwards all connections are cut and
    /// told of (`closed`), the socket's file is gone, and no descriptor is open. A lookup that the system has not
    /// answered keeps its thread until the system gives up.
    ///
    /// To be called once; a second call returns at once.
    package func run() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let mayStart = life.withLock { life in
                    guard case .ready = life.state else { return false }
                    life.state = .running
                    return true
                }
                guard mayStart else { return continuation.resume() }
                PosixThread.start(name: "tutti-egress") {
                    self.work()
                    continuation.resume()
                }
            }
        } onCancel: {
            close()
        }
    }

    /// Ends ``run()``, or keeps it from beginning, and takes the socket's file away. Returns at once.
    package func close() {
        let wasReady = life.withLock { life in
            life.isClosing = true
            guard case .ready = life.state else { return false }
            life.state = .ended
            return true
        }
        if wasReady {
            socket.remove()
            bell.close()
        } else {
            bell.ring()
        }
    }

    private func work() {
        let context = EgressContext(policy: policy, connector: connector, lookups: lookups, report: report)
        EgressLoop(socket, bell: bell, context: context) { self.life.withLock(\.isClosing) }.run()
        bell.close()
        life.withLock { $0.state = .ended }
    }
}
