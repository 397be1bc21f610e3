/// The answer that tells a program why it does not get out, and how it could.
enum RefusalText {
    /// A whole answer of HTTP; `target` is what was asked for, when that could be read.
    static func answer(to refusal: EgressRefusal, target: ProxyTarget?, method: String?) -> [UInt8] {
        let body = sentence(refusal, target, method) + "\n"
        let head =
            "HTTP/1.1 \(refusal.status) \(phrase(refusal.status))\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: \(body.utf8.count)\r\nX-Tutti-Egress: \(refusal.code)\r\nConnection: close\r\n\r\n"
        return Array((head + body).utf8)
    }

    static func sentence(_ refusal: EgressRefusal, _ target: ProxyTarget?, _ method: String?) -> String {
        let place = target.map { "\($0.host.urlText):\($0.port)" } ?? "this"
        let host = target?.host.description ?? "…"
        let port = target?.port ?? 443
        let method = method ?? "GET"
        switch refusal {
        case .hostNotListed:
            return "egress: \(method) \(place) is not allowed, as no rule of egress.allow lists the host; whoever "
                + "runs this may add \(host):\(port) to egress.allow"
        case .portNotListed:
            return "egress: \(method) \(place) is not allowed, as no rule of egress.allow for the host lists the port; "
                + "whoever runs this may add \(host):\(port) to egress.allow"
        case .methodNotListed:
            return "egress: \(method) \(place) is not allowed, as no rule of egress.allow for the host lists the "
                + "method; whoever runs this may add \"\(method)\" to the methods of the rule"
        case .addressRefused(let kind):
            return "egress: \(place) is not allowed, as it leads to an address of the kind \(kind.rawValue); whoever "
                + "runs this may add the address itself to egress.allow"
        case .unresolved: return "egress: the name of \(place) leads to no address; check it"
        case .resolutionTimeout: return "egress: nobody has told in time where the name of \(place) leads to; try again"
        case .unreachable: return "egress: no machine answers at \(place); check host and port, or try again"
        case .connectTimeout: return "egress: no machine has answered in time at \(place); try again"
        case .badRequest(let text): return "egress: the request is refused: \(text)"
        case .headTooLarge: return "egress: the head of the request is too long; send less in it"
        case .headTimeout: return "egress: the head of the request did not come in time"
        case .badAnswer: return "egress: what \(place) answers is no HTTP/1.1"
        case .connections: return "egress: as many connections are open as egress.limits.connections allows; close one"
        case .requests: return "egress: there were as many requests as egress.limits.requests allows"
        case .noDescriptors: return "egress: the system has no descriptor left; try again later"
        case .serverName, .notTLS, .bytesUp, .bytesDown, .time, .upstreamCut, .clientLeft, .closed:
            return "egress: the connection to \(place) was ended (\(refusal.code))"
        }
    }

    private static func phrase(_ status: Int) -> String {
        switch status {
        case 400: "Bad Request"
        case 403: "Forbidden"
        case 408: "Request Timeout"
        case 431: "Request Header Fields Too Large"
        case 502: "Bad Gateway"
        case 504: "Gateway Timeout"
        default: "Service Unavailable"
        }
    }
}
