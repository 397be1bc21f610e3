import Synchronization

/// A server that answers each request on each connection as a test says, and remembers what it was asked.
package final class ScriptedServer: Sendable {
    private final class Heard: Sendable {
        let log = Mutex<[AskedRequest]>([])
    }

    private let server: RawServer
    private let heard: Heard

    /// - Parameter script: answers a request, or ends the connection.
    package init(_ script: @escaping @Sendable (AskedRequest, RawConnection) -> Void) {
        let heard = Heard()
        server = RawServer { connection in
            while let asked = AskedRequest(connection) {
                heard.log.withLock { $0.append(asked) }
                script(asked, connection)
            }
        }
        self.heard = heard
    }

    deinit { server.stop() }

    package var asked: [AskedRequest] { heard.log.withLock(\.self) }
    package var connectionCount: Int { server.connectionCount }
    package var port: UInt16 { server.port }
    package var url: String { server.url("") }
}
