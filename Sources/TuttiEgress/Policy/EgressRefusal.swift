/// Why something does not get out, or why it was ended.
package enum EgressRefusal: Error, Sendable, Hashable {
    /// No rule lists the host.
    case hostNotListed
    /// Rules list the host, and not this port.
    case portNotListed
    /// Rules list host and port, and not this method.
    case methodNotListed
    /// The host is, or its name leads to, an address of a kind that no rule opens.
    case addressRefused(AddressKind)
    /// The name leads nowhere.
    case unresolved
    /// Nobody has told in time where the name leads to.
    case resolutionTimeout
    /// No machine answers at any of the addresses.
    case unreachable
    /// No machine has answered in time.
    case connectTimeout
    /// TLS in the tunnel asks for another host than the tunnel was made for, or for none.
    case serverName
    /// What comes in the tunnel is no TLS, or none that can be read.
    case notTLS
    /// The request cannot be read in one way only.
    case badRequest(String)
    /// The head of the request is too long.
    case headTooLarge
    /// The head of the request did not come in time.
    case headTimeout
    /// The answer is no HTTP.
    case badAnswer
    /// The proxy has as many connections as it may have.
    case connections
    /// The proxy has had as many requests as it may have.
    case requests
    /// The system has no descriptor left.
    case noDescriptors
    /// More bytes were sent than are allowed.
    case bytesUp
    /// More bytes have come than are allowed.
    case bytesDown
    /// The connection has been there for too long.
    case time
    /// The connection was cut at the other end.
    case upstreamCut
    /// The program has left before the end.
    case clientLeft
    /// The proxy ends.
    case closed

    /// For programs; stable.
    package var code: String {
        switch self {
        case .hostNotListed: "host_not_listed"
        case .portNotListed: "port_not_listed"
        case .methodNotListed: "method_not_listed"
        case .addressRefused(let kind): "address_\(kind.rawValue)"
        case .unresolved: "unresolved"
        case .resolutionTimeout: "resolution_timeout"
        case .unreachable: "unreachable"
        case .connectTimeout: "connect_timeout"
        case .serverName: "server_name"
        case .notTLS: "not_tls"
        case .badRequest: "bad_request"
        case .headTooLarge: "head_too_large"
        case .headTimeout: "head_timeout"
        case .badAnswer: "bad_answer"
        case .connections: "too_many_connections"
        case .requests: "too_many_requests"
        case .noDescriptors: "no_descriptors"
        case .bytesUp: "bytes_up_limit"
        case .bytesDown: "bytes_down_limit"
        case .time: "time_limit"
        case .upstreamCut: "upstream_cut"
        case .clientLeft: "client_left"
        case .closed: "closed"
        }
    }

    /// The status of the answer that tells of it.
    var status: Int {
        switch self {
        case .hostNotListed, .portNotListed, .methodNotListed, .addressRefused, .serverName, .notTLS: 403
        case .unresolved, .unreachable, .badAnswer, .upstreamCut: 502
        case .resolutionTimeout, .connectTimeout: 504
        case .badRequest, .clientLeft: 400
        case .headTooLarge: 431
        case .headTimeout: 408
        case .connections, .requests, .noDescriptors, .bytesUp, .bytesDown, .time, .closed: 503
        }
    }
}
