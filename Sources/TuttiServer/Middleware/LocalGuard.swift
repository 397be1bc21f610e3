import Synchronization
import TuttiHTTP
import TuttiHTTPServer

/// Keeps other web pages from using a server that asks for no login.
///
/// Any page can reach a port of its visitor's machine: directly, which the browser marks with the page's `Origin`, and
/// by a name of its own that it lets point here later (DNS rebinding), which the `Host` field shows.
package final class LocalGuard: Sendable {
    private let port = Mutex(0)
    /// Origins of other pages that may.
    private let origins: AllowedOrigins

    /// The machine's user.
    let owner: String

    package init(allowing origins: AllowedOrigins = AllowedOrigins(), owner: String = "owner") {
        self.origins = origins
        self.owner = owner
    }

    /// The port that the server got.
    package func serve(on port: Int) { self.port.withLock { $0 = port } }

    /// The port that the server got; 0 before.
    var portServed: Int { port.withLock { $0 } }

    static let names = ["localhost", "127.0.0.1", "[::1]"]

    /// - Throws: a ``Problem`` for a request that no page of ours and no program of this machine has sent.
    func check(_ request: ServerRequest) throws(Problem) {
        let port = portServed
        let headers = request.headers
        guard let host = headers["Host"], Self.hosts(port).contains(host.lowercased()) else {
            throw Problem(
                421, "foreign_host",
                "this server answers to localhost, 127.0.0.1 and [::1] with port \(port) only: it asks for no login")
        }
        if let origin = headers["Origin"], !origins.contains(origin), request.method != .options {
            guard Self.hosts(port).contains(where: { origin.lowercased() == "http://" + $0 }) else {
                throw Problem(
                    403, "foreign_origin",
                    "this server takes no orders of other web pages: the page was loaded from another origin")
            }
        }
        // What other sites load without asking, such as pictures, says so itself (W3C Fetch Metadata). Links may lead
        // here.
        if headers["Origin"] == nil, headers["Sec-Fetch-Site"] == "cross-site", headers["Sec-Fetch-Mode"] != "navigate"
        {
            throw Problem(403, "foreign_origin", "this server gives nothing to pages of other sites")
        }
    }

    private static func hosts(_ port: Int) -> [String] {
        names.map { "\($0):\(port)" } + (port == 80 ? names : [])
    }
}
