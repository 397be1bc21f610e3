import Synchronization
import TuttiHTTPServer

/// The server that answers, for probes and metrics that are made before it is.
final class RunningServer: Sendable {
    private let server = Mutex<HTTPServer?>(nil)

    func serve(_ server: HTTPServer) { self.server.withLock { $0 = server } }

    var statistics: HTTPServerStatistics? { server.withLock { $0 }?.statistics }
}
