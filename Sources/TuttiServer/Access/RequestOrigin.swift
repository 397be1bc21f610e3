import TuttiAccess
import TuttiHTTP
import TuttiHTTPServer

/// From where a request comes: who is at the other end, before all proxies that are trusted, and by which scheme and
/// name it was asked.
package struct RequestOrigin: Sendable, Hashable {
    /// The address of the client.
    let address: String
    /// What its limits are counted by: an address, or of IPv6 the network that one customer has.
    let limited: String
    /// Whether the client came over https.
    let isSecure: Bool
    /// The origin of our own pages as the client sees them, such as `https://tutti.example.org`.
    let page: String

    init(_ request: ServerRequest, network: ServerNetwork) {
        address = request.peer.address
        limited = address
        isSecure = false
        page = "http://" + (request.headers["Host"]?.lowercased() ?? "")
    }
}
