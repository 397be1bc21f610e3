/// Whether calls go through a proxy.
package enum HTTPProxy: Sendable, Hashable {
    /// They go to their hosts, whatever the environment says.
    case none
    /// As `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` say, in the way of curl.
    case environment
    /// Through this one, such as `http://proxy.example:3128`, but for hosts that `except` names: names, of which
    /// subdomains are part, and addresses.
    case server(url: String, except: [String] = [])
}
