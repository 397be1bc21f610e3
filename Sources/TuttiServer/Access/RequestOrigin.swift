import TuttiAccess
import TuttiHTTP
import TuttiHTTPServer
import TuttiRuntime

/// From where a request comes: who is before all proxies that are trusted, and by which scheme and name it was asked.
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
        let peer = Peer(systemText: request.peer.address) ?? .unix
        let client: ClientAddress
        if network.proxies.isEmpty {
            client = ClientAddress(peer: peer)
        } else {
            let words = ClientAddress.Words(
                forwarded: request.headers.values(of: "Forwarded"),
                forwardedFor: request.headers.values(of: "X-Forwarded-For"),
                forwardedProto: request.headers.values(of: "X-Forwarded-Proto"),
                forwardedHost: request.headers.values(of: "X-Forwarded-Host"))
            client = ClientAddress(peer: peer, words: words, fields: network.fields, trusting: network.proxies)
        }
        address = client.address?.description ?? "unix"
        limited = client.subject
        isSecure = client.scheme == .https
        let host = client.host ?? request.headers["Host"] ?? ""
        page = network.publicURL?.lowercased() ?? "\(isSecure ? "https" : "http")://\(host.lowercased())"
    }
}
